// Decodes packets of the builders as frames of a capture.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "dissectors/packet/decoder.h"
#include "support/packet_builder.h"

namespace tlsscope::packet {

inline constexpr std::uint16_t kEthernetLink = 1;

inline capture::Frame frame_of(const support::Buffer& data, std::uint16_t link_type = kEthernetLink) {
    capture::Frame frame;
    frame.data = data;
    frame.wire_length = static_cast<std::uint32_t>(data.size());
    frame.link_type = link_type;
    frame.number = 7;
    frame.time = 1000;
    return frame;
}

inline std::string text(const Outcome& o) {
    switch (o.kind) {
        case Outcome::Kind::tcp: return "tcp";
        case Outcome::Kind::fragment: return "fragment";
        case Outcome::Kind::other: return "other " + std::string{name(o.other)};
        case Outcome::Kind::undecodable: return "undecodable " + std::string{name(o.undecodable)};
    }
    return {};
}

inline std::string decode_text(const support::Buffer& data, std::uint16_t link_type = kEthernetLink) {
    Decoder decoder;
    flow::Segment segment;
    return text(decoder.decode(frame_of(data, link_type), segment));
}

/// The segment in a packet, which must be TCP; its views live as long as this and the packet.
struct Decoded {
    Decoder decoder;
    flow::Segment segment;
    support::Buffer data;
    std::string outcome;

    explicit Decoded(support::Buffer packet, std::uint16_t link_type = kEthernetLink,
                     const DecoderOptions& options = {})
        : decoder{options}, data{std::move(packet)} {
        outcome = text(decoder.decode(frame_of(data, link_type), segment));
        EXPECT_EQ(outcome, "tcp");
    }
    std::string payload() const { return std::string{bytes::as_text(segment.payload)}; }
};

}  // namespace tlsscope::packet
