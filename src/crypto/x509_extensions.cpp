#include "crypto/x509_extensions.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <set>

#include "bytes/hex.h"
#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/x509_name.h"

namespace tlsscope::crypto {

using bytes::Bytes;
using bytes::Reader;

namespace {

constexpr std::string_view kSubjectKeyIdentifier = "2.5.29.14";
constexpr std::string_view kSubjectAltName = "2.5.29.17";
constexpr std::string_view kBasicConstraints = "2.5.29.19";
constexpr std::string_view kAuthorityKeyIdentifier = "2.5.29.35";
constexpr std::string_view kAuthorityInfoAccess = "1.3.6.1.5.5.7.1.1";
constexpr std::string_view kOcsp = "1.3.6.1.5.5.7.48.1";
constexpr std::string_view kCaIssuers = "1.3.6.1.5.5.7.48.2";
constexpr std::string_view kKeyUsage = "2.5.29.15";
constexpr std::string_view kExtendedKeyUsage = "2.5.29.37";
constexpr std::string_view kScts = "1.3.6.1.4.1.11129.2.4.2";

/// Those a relying party must know when they are critical (RFC 5280 section 4.2), and the poison of a precertificate
/// (RFC 6962).
constexpr std::array<std::string_view, 15> kKnown{kSubjectKeyIdentifier,
                                                  kSubjectAltName,
                                                  kBasicConstraints,
                                                  kAuthorityKeyIdentifier,
                                                  kAuthorityInfoAccess,
                                                  kKeyUsage,
                                                  "2.5.29.18",
                                                  "2.5.29.30",
                                                  "2.5.29.31",
                                                  "2.5.29.32",
                                                  "2.5.29.33",
                                                  "2.5.29.36",
                                                  kExtendedKeyUsage,
                                                  "2.5.29.54",
                                                  "1.3.6.1.4.1.11129.2.4.3"};

void fault(CertificateSummary& summary, std::string_view name) {
    if (std::find(summary.faults.begin(), summary.faults.end(), name) == summary.faults.end())
        summary.faults.emplace_back(name);
}

std::string text_of(std::string_view label, Bytes value) {
    std::string out{label};
    out += bytes::as_text(value.first(std::min(value.size(), CertificateSummary::kMaxText)));
    return out;
}

std::string ip_text(Bytes value, CertificateSummary& summary) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = value.size() == 4 ? AF_INET : value.size() == 16 ? AF_INET6 : AF_UNSPEC;
    if (family != AF_UNSPEC &&
        inet_ntop(family, value.data(), text.data(), static_cast<socklen_t>(text.size())) != nullptr) {
        return std::string{"IP:"} + text.data();
    }
    fault(summary, "san_ip_bad");
    return "IP:#" + bytes::hex(value.first(std::min<std::size_t>(value.size(), 64)));
}

std::string general_name(const Tlv& name, CertificateSummary& summary) {  // RFC 5280 section 4.2.1.6
    switch (name.tag) {
        case der::context(1): return text_of("email:", name.value);
        case der::context(2): return text_of("DNS:", name.value);
        case der::context(6): return text_of("URI:", name.value);
        case der::context(7): return ip_text(name.value, summary);
        case der::context(8): return "RID:" + oid_text(name.value);
        case der::context_constructed(0): {
            Reader other{name.value};
            return "othername:" + oid_text(read_value(other, der::oid));
        }
        case der::context_constructed(4): {
            Reader directory{name.value};
            return "DirName:" + name_text(read_value(directory, der::sequence), CertificateSummary::kMaxText).line;
        }
        default: return "name:#" + bytes::hex(name.value.first(std::min<std::size_t>(name.value.size(), 64)));
    }
}

void subject_alt_name(Bytes value, CertificateSummary& summary) {
    Reader in{value};
    Reader names{read_value(in, der::sequence)};
    while (names.more()) {
        const Tlv name = read_tlv(names);
        if (!names.ok()) break;
        if (name.value.empty()) fault(summary, "san_empty");
        ++summary.names_total;
        if (summary.names.size() < CertificateSummary::kMaxNames) summary.names.push_back(general_name(name, summary));
    }
    if (!in.ok() || !names.ok()) fault(summary, "san_bad");
    else if (summary.names_total == 0) fault(summary, "san_empty");
}

void basic_constraints(Bytes value, CertificateSummary& summary) {
    Reader in{value};
    Reader fields{read_value(in, der::sequence)};
    if (peek_tag(fields) != der::boolean) return;
    const Bytes ca = read_value(fields, der::boolean);
    summary.is_ca = ca.size() == 1 && ca.front() != 0;
}

Bytes authority_key_identifier(Bytes value) {
    Reader in{value};
    Reader fields{read_value(in, der::sequence)};
    return peek_tag(fields) == der::context(0) ? read_value(fields, der::context(0)) : Bytes{};
}

void authority_info_access(Bytes value, CertificateSummary& summary) {
    constexpr std::size_t kMaxUrls = 4;
    Reader in{value};
    for (Reader list{read_value(in, der::sequence)}; list.more();) {
        Reader access{read_value(list, der::sequence)};
        const std::string method = oid_text(read_value(access, der::oid));
        const Tlv location = read_tlv(access);
        if (method == kCaIssuers && location.tag == der::context(6)) summary.issuer_url = true;
        if (method != kOcsp || location.tag != der::context(6) || summary.ocsp_urls.size() == kMaxUrls) continue;
        summary.ocsp_urls.push_back(text_of("", location.value));
    }
}

void key_usage_bits(Bytes value, CertificateSummary& summary) {
    Reader in{value};
    Reader bits{read_value(in, der::bit_string)};
    bits.skip(1);  // how many bits of the last byte do not count: they are 0
    if (!in.ok() || !bits.ok()) return fault(summary, "ext_bad");
    const unsigned high = bits.more() ? bits.u8() : 0U;
    const unsigned low = bits.more() ? bits.u8() : 0U;
    summary.key_usage = static_cast<std::uint16_t>(high << 8 | low);
}

void extended_key_usage(Bytes value, CertificateSummary& summary) {
    Purposes purposes;
    Reader in{value};
    Reader list{read_value(in, der::sequence)};
    while (list.more()) {
        const std::string purpose = oid_text(read_value(list, der::oid));
        if (purpose == "1.3.6.1.5.5.7.3.1" || purpose == "2.16.840.1.113730.4.1" || purpose == "1.3.6.1.4.1.311.10.3.3")
            purposes.server = true;
        else if (purpose == "1.3.6.1.5.5.7.3.2") purposes.client = true;
        else if (purpose == "2.5.29.37.0") purposes.any = true;
    }
    if (!in.ok() || !list.ok()) return fault(summary, "ext_bad");
    summary.purposes = purposes;
}

void embedded_scts(Bytes value, CertificateSummary& summary) {
    Reader in{value};
    summary.scts = count_scts(read_value(in, der::octet_string));
}

}  // namespace

std::size_t count_scts(Bytes list) {
    std::size_t n = 0;
    Reader in{list};
    Reader items{in.vec16(1, 0xffff)};
    for (; items.more(); ++n) (void)items.vec16(1, 0xffff);
    return in.ok() && items.ok() && !in.more() ? n : 0;
}

KeyIdentifiers read_certificate_extensions(Bytes extensions, CertificateSummary& summary) {
    KeyIdentifiers keys;
    std::set<std::string_view> seen;
    Reader list{extensions};
    while (list.more()) {
        Reader one{read_value(list, der::sequence)};
        const Bytes id = read_value(one, der::oid);
        const bool critical = peek_tag(one) == der::boolean && !read_value(one, der::boolean).empty();
        const Bytes value = read_value(one, der::octet_string);
        if (!list.ok() || !one.ok()) {
            fault(summary, "ext_bad");
            break;
        }
        if (!seen.insert(bytes::as_text(id)).second) {
            fault(summary, "ext_dup");
            continue;
        }
        const std::string oid = oid_text(id);
        if (oid == kSubjectAltName) subject_alt_name(value, summary);
        if (oid == kBasicConstraints) basic_constraints(value, summary);
        if (oid == kAuthorityInfoAccess) authority_info_access(value, summary);
        if (oid == kKeyUsage) key_usage_bits(value, summary);
        if (oid == kExtendedKeyUsage) extended_key_usage(value, summary);
        if (oid == kScts) embedded_scts(value, summary);
        if (oid == kAuthorityKeyIdentifier) keys.authority = authority_key_identifier(value);
        if (oid == kSubjectKeyIdentifier) {
            Reader in{value};
            keys.subject = read_value(in, der::octet_string);
        }
        if (critical && std::find(kKnown.begin(), kKnown.end(), oid) == kKnown.end())
            fault(summary, "ext_unknown_critical");
    }
    return keys;
}

}  // namespace tlsscope::crypto
