#include "dissectors/tls/wire/host_name.h"

#include <algorithm>

#include "bytes/bytes.h"
#include "dissectors/tls/wire/client_hello.h"

namespace tlsscope::tls {

namespace {

constexpr std::uint8_t kHostName = 0;
constexpr std::size_t kLongestDnsName = 255;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
/// RFC 5890's LDH, the dot between labels, and '_', which occurs in practice.
bool is_host_char(char c) { return is_digit(c) || is_letter(c) || c == '-' || c == '.' || c == '_'; }

bool is_ipv4(std::string_view s) {
    int parts = 1;
    int value = -1;
    for (const char c : s) {
        if (c == '.' && value >= 0) {
            ++parts;
            value = -1;
        } else if (is_digit(c)) {
            value = std::max(value, 0) * 10 + (c - '0');
            if (value > 255) return false;
        } else {
            return false;
        }
    }
    return parts == 4 && value >= 0;
}

bool is_ipv6(std::string_view s) {
    if (s.size() > 2 && s.front() == '[' && s.back() == ']') s = s.substr(1, s.size() - 2);
    const auto ok = [](char c) { return is_hex(c) || c == ':' || c == '.'; };
    return std::count(s.begin(), s.end(), ':') >= 2 && std::all_of(s.begin(), s.end(), ok);
}

bool same(Bytes a, Bytes b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

}  // namespace

void check_host_name(Bytes name, Oddities& odd) {
    const std::string_view text = bytes::as_text(name);
    if (is_ipv4(text) || is_ipv6(text)) {
        odd.add(Oddity::sni_ip);
        return;
    }
    if (text.find('\0') != std::string_view::npos) odd.add(Oddity::sni_nul);
    const bool ldh = std::all_of(text.begin(), text.end(), is_host_char);
    if (text.empty() || text.size() > kLongestDnsName || !ldh) odd.add(Oddity::sni_invalid);
}

void read_host_names(Reader& body, Oddities& odd, std::optional<Bytes>& first, std::optional<Bytes>& other) {
    body.block16([&](Reader& list) {
        if (!list.more() && list.edge() == Edge::hard) odd.add(Oddity::vec_empty);
        for (int host_names = 0; list.more();) {
            const ServerName entry = ServerName::read(list);
            if (!list.ok()) {
                if (list.fault() == Fault::malformed) odd.add(Oddity::vec_overrun);
                return;
            }
            if (entry.type != kHostName) {
                odd.add(Oddity::sni_type);
                continue;
            }
            check_host_name(entry.name, odd);
            if (++host_names > 1) odd.add(Oddity::sni_multi);
            if (!first) first = entry.name;
            else if (!other && !same(*first, entry.name)) other = entry.name;
        }
    });
}

}  // namespace tlsscope::tls
