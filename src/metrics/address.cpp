#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "metrics/server.h"

namespace tlsscope::metrics {

namespace {

bool is_loopback(const std::string& host) {
    in_addr four{};
    in6_addr six{};
    if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
    return ::inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

bool is_address(const std::string& host) {
    in6_addr any{};
    return ::inet_pton(AF_INET, host.c_str(), &any) == 1 || ::inet_pton(AF_INET6, host.c_str(), &any) == 1;
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string Address::text() const {
    const std::string shown = host.find(':') == std::string::npos ? host : '[' + host + ']';
    return shown + ':' + std::to_string(port);
}

bool parse_address(std::string_view text, Address& out, std::string& error) {
    if (text.find('/') != std::string_view::npos) return false;
    const std::size_t colon = text.rfind(':');
    const bool only_port = colon == std::string_view::npos;
    const std::string_view digits = only_port ? text : text.substr(colon + 1);
    if (!all_digits(digits)) return false;

    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
    std::string host{only_port ? std::string_view{} : text.substr(0, colon)};
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string::npos) host = "[";  // no address: brackets are missing
    if (host == "localhost") host.clear();
    if (!host.empty()) out.host = host;
    if (fault != std::errc{} || end != digits.data() + digits.size())
        error = "--metrics: '" + std::string{text} + "': a port is at most 65535";
    else if (!is_address(out.host))
        error = "--metrics: '" + std::string{text} +
                "' needs a numerical address before the port, such as 127.0.0.1:9100 or [::1]:9100 (a file: ./NAME)";
    out.loopback = is_loopback(out.host);
    return true;
}

}  // namespace tlsscope::metrics
