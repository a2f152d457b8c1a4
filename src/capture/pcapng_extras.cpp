#include "capture/pcapng_extras.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "capture/byte_order.h"

namespace tlsscope::capture {

namespace {

constexpr std::uint32_t kTlsKeyLog = 0x544c534b;
constexpr std::size_t kMaxSecrets = std::size_t{64} << 20;
constexpr std::size_t kMaxNames = std::size_t{16} << 20;
// Of one secret or name: an empty one costs its strings.
constexpr std::size_t kCost = sizeof(std::pair<std::string, std::string>);

enum NameRecord : std::uint16_t { kEnd = 0, kIpv4 = 1, kIpv6 = 2 };

std::string address_text(bytes::Bytes address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(address.size() == 4 ? AF_INET : AF_INET6, address.data(), text.data(), text.size());
    return text.data();
}

/// Takes the room for one of this size; false when there is not enough.
bool take(std::size_t& room, std::size_t size) {
    if (kCost + size > room) return false;
    room -= kCost + size;
    return true;
}

std::size_t left(std::size_t limit, std::size_t used) { return limit - std::min(limit, used); }

/// An address and then names, each ended by a zero byte.
void keep_names(bytes::Bytes value, std::size_t address_size, Extras& out, ExtrasRoom& room) {
    if (value.size() < address_size) return;
    const std::string address = address_text(value.first(address_size));
    std::string_view names = bytes::as_text(value.subspan(address_size));
    while (!names.empty()) {
        const std::size_t end = std::min(names.find('\0'), names.size());
        if (end != 0 && take(room.names, end)) out.names.emplace_back(address, names.substr(0, end));
        names.remove_prefix(std::min(end + 1, names.size()));
    }
}

}  // namespace

ExtrasRoom room_for_more(const Extras& kept) {
    std::size_t secrets = 0, names = 0;
    for (const std::string& s : kept.secrets) secrets += kCost + s.size();
    for (const auto& [address, name] : kept.names) names += kCost + name.size();
    return {left(kMaxSecrets, secrets), left(kMaxNames, names)};
}

bool read_secrets(bytes::Bytes body, bool swapped, Extras& out, ExtrasRoom& room) {
    OrderedReader in{body, swapped};
    const std::uint32_t type = in.u32();
    const std::uint32_t length = in.u32();
    const bytes::Bytes secrets = in.take(length);
    if (!in.ok()) return false;
    if (type == kTlsKeyLog && take(room.secrets, secrets.size())) out.secrets.emplace_back(bytes::as_text(secrets));
    return true;
}

bool read_names(bytes::Bytes body, bool swapped, Extras& out, ExtrasRoom& room) {
    OrderedReader in{body, swapped};
    while (in.more()) {
        const std::uint16_t type = in.u16();
        const std::uint16_t length = in.u16();
        const bytes::Bytes value = in.take_padded(length);
        if (!in.ok() || type == kEnd) break;
        if (type == kIpv4) keep_names(value, 4, out, room);
        if (type == kIpv6) keep_names(value, 16, out, room);
    }
    return in.ok();
}

}  // namespace tlsscope::capture
