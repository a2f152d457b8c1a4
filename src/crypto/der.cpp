#include "crypto/der.h"

#include <array>
#include <bit>

namespace tlsscope::crypto {

using bytes::Bytes;
using bytes::Fault;
using bytes::Reader;

namespace {

constexpr std::uint8_t kLongForm = 0x80;
constexpr std::uint8_t kConstructed = 0x20;
constexpr std::uint8_t kHighTag = 0x1f;

struct Header {
    std::uint8_t tag = 0;
    std::size_t length = 0;
    bool indefinite = false;
    bool non_minimal = false;
    bool too_long = false;
};

Header read_header(Reader& in) {
    Header h;
    h.tag = in.u8();
    const std::uint8_t first = in.u8();
    if (!(first & kLongForm)) {
        h.length = first;
        return h;
    }
    const std::size_t n = first & 0x7fU;
    h.indefinite = in.ok() && n == 0;
    h.too_long = n > 4;
    if (h.indefinite || h.too_long) return h;
    const Bytes octets = in.take(n);
    for (const std::uint8_t b : octets) h.length = h.length << 8 | b;
    h.non_minimal = !octets.empty() && (octets.front() == 0 || h.length < kLongForm);
    return h;
}

}  // namespace

Tlv read_tlv(Reader& in) {
    const Bytes from = in.peek();
    const Header h = read_header(in);
    if (h.indefinite || h.too_long || (h.tag & kHighTag) == kHighTag) in.fail(Fault::malformed);
    Tlv out;
    out.value = in.take(h.length);
    if (!in.ok()) return {};
    out.tag = h.tag;
    out.whole = from.first(from.size() - in.size());
    return out;
}

Bytes read_value(Reader& in, std::uint8_t tag) {
    const Tlv tlv = read_tlv(in);
    if (tlv.tag == tag) return tlv.value;
    in.fail(Fault::malformed);
    return {};
}

std::uint8_t peek_tag(const Reader& in) {
    const Bytes next = in.peek();
    return next.empty() ? std::uint8_t{0} : next.front();
}

DerCheck check_der(Bytes data) {
    DerCheck check;
    std::array<std::size_t, DerCheck::kMaxDepth> ends{};  // how much is left of `data` where each open element ends
    std::size_t depth = 0;
    Reader in{data};
    while (in.more()) {
        if (depth == 0 && in.size() != data.size()) {
            check.trailing = true;
            break;
        }
        const Header h = read_header(in);
        const std::size_t limit = depth == 0 ? 0 : ends[depth - 1];
        check.indefinite |= h.indefinite;
        check.non_minimal |= h.non_minimal;
        check.length |= h.too_long;
        check.tag |= in.ok() && (h.tag & kHighTag) == kHighTag;
        if (!check.readable()) break;
        if (!in.ok() || in.size() < limit || h.length > in.size() - limit) {
            check.truncated = true;
            break;
        }
        if ((h.tag & kConstructed) && h.length > 0) {
            if (depth == ends.size()) {
                check.depth = true;
                break;
            }
            ends[depth++] = in.size() - h.length;
        } else {
            in.skip(h.length);
        }
        while (depth > 0 && in.size() == ends[depth - 1]) --depth;
    }
    if (data.empty() || (depth > 0 && check.readable() && !in.more())) check.truncated = true;
    return check;
}

std::uint32_t integer_bits(Bytes integer) {
    if (integer.empty() || (integer.front() & 0x80)) return 0;
    while (!integer.empty() && integer.front() == 0) integer = integer.subspan(1);
    if (integer.empty()) return 0;
    return static_cast<std::uint32_t>(integer.size() * 8) -
           static_cast<std::uint32_t>(std::countl_zero(integer.front()));
}

}  // namespace tlsscope::crypto
