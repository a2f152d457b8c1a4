#include "flow/segment.h"

namespace tlsscope::flow {

namespace {

std::uint16_t fold(std::uint64_t sum) {
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum);
}

std::uint64_t sum_words(bytes::Bytes data) {
    std::uint64_t sum = 0;
    std::size_t i = 0;
    for (; i + 1 < data.size(); i += 2) sum += static_cast<std::uint64_t>(data[i]) << 8 | data[i + 1];
    if (i < data.size()) sum += static_cast<std::uint64_t>(data[i]) << 8;
    return sum;
}

}  // namespace

Checksum verify_checksum(const Segment& segment) {
    constexpr std::size_t kField = 16;
    if (segment.tcp.size() < kField + 2) return Checksum::unknown;
    const auto field = static_cast<std::uint16_t>(segment.tcp[kField] << 8 | segment.tcp[kField + 1]);
    // A sender that leaves the sum to its network card puts only the pseudo header's sum there.
    if (field == fold(segment.pseudo_header_sum)) return Checksum::unknown;
    return fold(segment.pseudo_header_sum + sum_words(segment.tcp)) == 0xffff ? Checksum::good : Checksum::bad;
}

}  // namespace tlsscope::flow
