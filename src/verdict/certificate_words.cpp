// What is wrong with certificates, in words.
#include <array>
#include <chrono>
#include <cstdio>
#include <string>

#include "verdict/certificate_check.h"

namespace tlsscope::verdict {

using crypto::CertificateSummary;

namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::size_t kLongestName = 100;  // bytes of a name in a sentence

std::string date(std::int64_t seconds) {
    using namespace std::chrono;
    const year_month_day day{floor<days>(sys_seconds{std::chrono::seconds{seconds}})};
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    return text.data();
}

std::string count(std::int64_t n, const char* thing) { return std::to_string(n) + ' ' + thing + (n == 1 ? "" : "s"); }

/// "5 hours", "12 days".
std::string span(std::int64_t seconds) {
    constexpr std::int64_t kHour = 3600;
    if (seconds >= kDay) return count(seconds / kDay, "day");
    if (seconds >= kHour) return count(seconds / kHour, "hour");
    return count(seconds / 60, "minute");
}

/// Cut, but not in the middle of a character.
std::string shortened(std::string_view name) {
    if (name.size() <= kLongestName) return std::string{name};
    std::size_t end = kLongestName;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
    return std::string{name.substr(0, end)} + "...";
}

std::string whose(const Presented& p) { return std::string{"the "} + record::name(p.from) + "'s certificate"; }

/// One of the chain, by its place.
std::string which(const Presented& p, std::size_t place) {
    if (place == 0) return whose(p);
    return "certificate " + std::to_string(place + 1) + " of the " + record::name(p.from) + "'s chain";
}

std::string moment(const Presented& p) { return p.at_given ? date(*p.at) + " (--at)" : "this handshake"; }

std::string expired(const Presented& p) {
    const CertificateSummary& leaf = p.chain->leaf();
    if (leaf.not_after && *p.at > *leaf.not_after)
        return whose(p) + " expired " + span(*p.at - *leaf.not_after) + " before " + moment(p) + " (notAfter " +
               date(*leaf.not_after) + ")";
    return "a CA certificate in the chain of " + whose(p) + " had expired before " + moment(p);
}

std::string not_yet_valid(const Presented& p) {
    const CertificateSummary& leaf = p.chain->leaf();
    if (leaf.not_before && *p.at < *leaf.not_before)
        return whose(p) + " becomes valid " + span(*leaf.not_before - *p.at) + " after " + moment(p) + " (notBefore " +
               date(*leaf.not_before) + ")";
    return "a CA certificate in the chain of " + whose(p) + " was not valid yet at " + moment(p);
}

std::string name_mismatch(const Presented& p, std::string_view sni) {
    const CertificateSummary& leaf = p.chain->leaf();
    std::string out = whose(p) + " does not name " + shortened(sni);
    std::string first = leaf.names.empty() ? leaf.common_name : leaf.names.front();
    if (first.starts_with("DNS:")) first.erase(0, 4);
    if (first.empty()) return out + ", nor any other host";
    out += ": it is for " + shortened(first);
    if (leaf.names_total > 1) out += " and " + count(static_cast<std::int64_t>(leaf.names_total - 1), "other name");
    return out;
}

std::string weak_key(const Presented& p) {
    const std::size_t place = p.chain->place_of(CertificateFault::weak_key);
    return which(p, place) + " has a key that is too short (" + p.chain->certificates()[place]->key + ")";
}

std::string weak_signature(const Presented& p) {
    const std::size_t place = p.chain->place_of(CertificateFault::weak_signature);
    return which(p, place) + " has a weak signature (" + p.chain->certificates()[place]->signature_algorithm + ")";
}

std::string wrong_usage(const Presented& p) {
    const auto role = p.from == record::Side::server ? crypto::Role::server : crypto::Role::client;
    const std::string use = std::string{"meant for a "} + record::name(p.from);
    if (p.chain->lasting(role).has(CertificateFault::wrong_usage))
        return whose(p) + " is not " + use + " (keyUsage, extKeyUsage)";
    return "a CA in the chain of " + whose(p) + " may not issue certificates " + use + " (extKeyUsage)";
}

std::string unknown_issuer(const Presented& p) {
    const CertificateSummary& last = *p.chain->certificates().back();
    return "the chain of " + whose(p) + " ends at " + shortened(last.self_signed ? last.subject : last.issuer) +
           ", which is not in the CA store";
}

std::string validity_long(const Presented& p) {
    const CertificateSummary& leaf = p.chain->leaf();
    return whose(p) + " is valid for " + span(*leaf.not_after - *leaf.not_before);
}

}  // namespace

std::string clause(const Presented& p, CertificateFault fault, std::string_view sni) {
    switch (fault) {
        case CertificateFault::bad_signature: return "a signature in the chain of " + whose(p) + " is wrong";
        case CertificateFault::expired: return expired(p);
        case CertificateFault::not_yet_valid: return not_yet_valid(p);
        case CertificateFault::name_mismatch: return name_mismatch(p, sni);
        case CertificateFault::missing_intermediate:
            return "the " + std::string{record::name(p.from)} + " did not send the certificate of its issuer " +
                   shortened(p.chain->leaf().issuer);
        case CertificateFault::unknown_issuer: return unknown_issuer(p);
        case CertificateFault::invalid_ca: return whose(p) + " was issued by one that may not";
        case CertificateFault::wrong_usage: return wrong_usage(p);
        case CertificateFault::weak_key: return weak_key(p);
        case CertificateFault::weak_signature: return weak_signature(p);
        case CertificateFault::chain_invalid:
            return "the chain of " + whose(p) + " is not valid (" +
                   (p.other.empty() ? std::string{"it cannot be read"} : p.other) + ")";
        case CertificateFault::self_signed: return whose(p) + " is its own issuer (self-signed)";
        case CertificateFault::expires_soon:
            return whose(p) + " expires " + span(*p.chain->leaf().not_after - *p.at) + " after " + moment(p) +
                   " (notAfter " + date(*p.chain->leaf().not_after) + ")";
        case CertificateFault::validity_long: return validity_long(p);
        case CertificateFault::count: break;
    }
    return {};
}

}  // namespace tlsscope::verdict
