#include <algorithm>

#include "dissectors/packet/layers.h"
#include "dissectors/packet/tcp_options.h"

namespace tlsscope::packet {

namespace {

constexpr std::size_t kSmallestHeader = 20;
constexpr std::uint8_t kProtocolTcp = 6;

std::uint32_t sum_of(const flow::Address& address) {
    std::uint32_t sum = 0;
    const std::size_t size = address.version == 4 ? 4 : 16;
    for (std::size_t i = 0; i < size; i += 2)
        sum += static_cast<std::uint32_t>(address.octets[i] << 8 | address.octets[i + 1]);
    return sum;
}

/// RFC 9293 section 3.1, RFC 8200 section 8.1; carries are folded by whoever verifies.
std::uint32_t pseudo_header_sum(const Walk& w) {
    const auto length = static_cast<std::uint32_t>(w.wire);
    return sum_of(w.source) + sum_of(w.destination) + kProtocolTcp + (length >> 16) + (length & 0xffff);
}

}  // namespace

Next tcp(Walk& w, flow::Segment& out) {
    const auto h = w.header<kSmallestHeader>();
    if (!h) return w.too_short(Undecodable::tcp_header);
    const std::size_t header = (h->u8<12>() >> 4) * std::size_t{4};
    if (header < kSmallestHeader || header > w.wire) return w.ended(Undecodable::tcp_header);

    const flow::DirectedKey directed =
        flow::make_key({w.source, h->u16<0>()}, {w.destination, h->u16<2>()}, {w.wrappings.domain()});
    out.key = directed.key;
    out.from_low = directed.from_low;
    out.flags = h->u16<12>() & 0x01ff;
    out.window = h->u16<14>();
    out.urgent = h->u16<18>();
    out.ip_id = w.ip_id;
    out.ttl = w.ttl;
    out.seq = h->u32<4>();
    out.ack = h->u32<8>();
    out.tcp = w.cut() ? bytes::Bytes{} : w.data;
    out.pseudo_header_sum = pseudo_header_sum(w);

    const bool options_cut = w.data.size() < header;
    out.option_bytes = w.data.first(std::min(header, w.data.size())).subspan(kSmallestHeader);
    out.options = {};
    if (!out.option_bytes.empty()) read_tcp_options(out.option_bytes, options_cut, out.options);
    w.advance(header);
    out.payload = w.data;
    out.payload_length = static_cast<std::uint32_t>(w.wire);
    w.outcome.kind = Outcome::Kind::tcp;
    return Next::done;
}

}  // namespace tlsscope::packet
