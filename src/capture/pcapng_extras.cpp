#include "capture/pcapng_extras.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "capture/byte_order.h"

namespace tlsscope::capture {

namespace {

constexpr std::uint32_t kTlsKeyLog = 0x544c534b;
constexpr std::size_t kMaxSecrets = std::size_t{64} << 20;  // bytes of all blocks
constexpr std::size_t kMaxNames = 65'536;

enum NameRecord : std::uint16_t { kEnd = 0, kIpv4 = 1, kIpv6 = 2 };

std::string address_text(bytes::Bytes address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(address.size() == 4 ? AF_INET : AF_INET6, address.data(), text.data(), text.size());
    return text.data();
}

/// An address and then names, each ended by a zero byte.
void keep_names(bytes::Bytes value, std::size_t address_size, Extras& out) {
    if (value.size() < address_size) return;
    const std::string address = address_text(value.first(address_size));
    std::string_view names = bytes::as_text(value.subspan(address_size));
    while (!names.empty() && out.names.size() < kMaxNames) {
        const std::size_t end = std::min(names.find('\0'), names.size());
        if (end != 0) out.names.emplace_back(address, names.substr(0, end));
        names.remove_prefix(std::min(end + 1, names.size()));
    }
}

}  // namespace

bool read_secrets(bytes::Bytes body, bool swapped, Extras& out) {
    OrderedReader in{body, swapped};
    const std::uint32_t type = in.u32();
    const std::uint32_t length = in.u32();
    const bytes::Bytes secrets = in.take(length);
    if (!in.ok()) return false;
    std::size_t kept = 0;
    for (const std::string& s : out.secrets) kept += s.size();
    if (type == kTlsKeyLog && kept + secrets.size() <= kMaxSecrets) out.secrets.emplace_back(bytes::as_text(secrets));
    return true;
}

bool read_names(bytes::Bytes body, bool swapped, Extras& out) {
    OrderedReader in{body, swapped};
    while (in.more()) {
        const std::uint16_t type = in.u16();
        const std::uint16_t length = in.u16();
        const bytes::Bytes value = in.take_padded(length);
        if (!in.ok() || type == kEnd) break;
        if (type == kIpv4) keep_names(value, 4, out);
        if (type == kIpv6) keep_names(value, 16, out);
    }
    return in.ok();
}

}  // namespace tlsscope::capture
