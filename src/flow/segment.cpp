#include "flow/segment.h"

#include <bit>
#include <cstring>

namespace tlsscope::flow {

namespace {

std::uint16_t fold(std::uint64_t sum) {
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum);
}

std::uint16_t swapped(std::uint16_t v) { return static_cast<std::uint16_t>(v << 8 | v >> 8); }

/// RFC 1071 section 2 (B): the sum is the same in either byte order but for a swap at its end, so words are added as
/// they lie in memory, four bytes at a time.
std::uint16_t sum_words(bytes::Bytes data) {
    std::uint64_t sum = 0;
    std::size_t i = 0;
    for (; i + sizeof(std::uint32_t) <= data.size(); i += sizeof(std::uint32_t)) {
        std::uint32_t word = 0;
        std::memcpy(&word, data.data() + i, sizeof word);
        sum += word;
    }
    if (i < data.size()) {
        std::uint32_t rest = 0;
        std::memcpy(&rest, data.data() + i, data.size() - i);
        sum += rest;
    }
    return std::endian::native == std::endian::little ? swapped(fold(sum)) : fold(sum);
}

}  // namespace

Checksum verify_checksum(const Segment& segment) {
    constexpr std::size_t kField = 16;
    if (segment.checksum) return *segment.checksum;
    if (segment.tcp.size() < kField + 2) return Checksum::unknown;
    const auto field = static_cast<std::uint16_t>(segment.tcp[kField] << 8 | segment.tcp[kField + 1]);
    // A sender that leaves the sum to its network card puts only the pseudo header's sum there.
    if (field == fold(segment.pseudo_header_sum)) return Checksum::unknown;
    return fold(segment.pseudo_header_sum + sum_words(segment.tcp)) == 0xffff ? Checksum::good : Checksum::bad;
}

}  // namespace tlsscope::flow
