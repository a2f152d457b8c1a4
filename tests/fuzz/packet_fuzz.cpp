// Any bytes as frames: the first byte chooses the link type, then each frame is a length byte, a cut byte and its
// bytes. Oracle: views lie where they may, lengths agree, and a second decoder says the same.
#include <cstdlib>

#include "bytes/reader.h"
#include "dissectors/packet/decoder.h"

namespace {

using namespace tlsscope;

void require(bool good) {
    if (!good) std::abort();
}

constexpr std::uint16_t kLinkTypes[] = {1,   0,   9,   12,  50,  51,  100, 101, 104,
                                        105, 107, 108, 113, 127, 228, 229, 276, 147};

void check(const capture::Frame& frame, const packet::Outcome& outcome, const flow::Segment& s) {
    if (frame.data.size() > frame.wire_length) std::abort();
    if (outcome.kind != packet::Outcome::Kind::tcp) return;
    require(s.payload.size() <= s.payload_length);
    require(s.option_bytes.size() <= 40);
    require(s.tcp.empty() || s.tcp.size() == 20 + s.option_bytes.size() + s.payload.size());
    require(s.tcp.empty() || s.payload.size() == s.payload_length);
    require(s.at.frame == frame.number);
    // Reads every byte that was handed out, so that the sanitizer sees a view of something gone.
    unsigned sum = 0;
    for (const std::uint8_t b : s.payload) sum += b;
    for (const std::uint8_t b : s.option_bytes) sum += b;
    require(sum != 1 || !s.encapsulation.data() || s.encapsulation.size() < 1000);
    const flow::DirectedKey key = s.from_low ? flow::make_key(s.key.low, s.key.high, s.key.domain)
                                             : flow::make_key(s.key.high, s.key.low, s.key.domain);
    require(key.key == s.key && key.from_low == s.from_low);
    (void)flow::verify_checksum(s);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    bytes::Reader in{{data, size}};
    const std::uint8_t choice = in.u8();
    const packet::DecoderOptions options{.ignore_vlan = (choice & 0x80) != 0};
    packet::Decoder first{options};
    packet::Decoder second{options};
    flow::Segment segment, again;
    for (std::uint64_t number = 1; in.more(); ++number) {
        const std::uint8_t cut = in.u8();
        const std::size_t length = std::min<std::size_t>(in.u16() & 0x3ff, in.size());
        capture::Frame frame;
        frame.data = in.take(length);
        frame.wire_length = static_cast<std::uint32_t>(length + (cut & 0x0f));
        frame.fcs_length = (cut & 0x10) != 0 ? 4 : 0;
        frame.link_type = kLinkTypes[(choice & 0x7fU) % std::size(kLinkTypes)];
        frame.number = number;
        frame.time = static_cast<record::Nanos>(number) * 1'000'000'000 * (cut >> 5);
        const packet::Outcome outcome = first.decode(frame, segment);
        check(frame, outcome, segment);
        require(second.decode(frame, again) == outcome);
        if (outcome.kind == packet::Outcome::Kind::tcp) require(again.key == segment.key && again.seq == segment.seq);
    }
    return 0;
}
