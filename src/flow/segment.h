// A TCP segment as the packet decoder hands it to the flow table. RFC 9293 section 3.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "bytes/bytes.h"
#include "flow/chunk.h"
#include "flow/key.h"
#include "record/evidence.h"

namespace tlsscope::flow {

using record::Nanos;

/// The flag bits of the TCP header, RFC 9293 section 3.1; AE is RFC 9768's accurate ECN bit.
enum Flag : std::uint16_t {
    kFin = 0x001,
    kSyn = 0x002,
    kRst = 0x004,
    kPsh = 0x008,
    kAck = 0x010,
    kUrg = 0x020,
    kEce = 0x040,
    kCwr = 0x080,
    kAe = 0x100,
};

/// RFC 9293 section 3.2, RFC 7323, RFC 2018, RFC 7413. Only what is present is set.
struct TcpOptions {
    bool has_mss = false;
    bool has_window_scale = false;
    bool sack_permitted = false;
    bool has_timestamps = false;
    bool has_fast_open = false;
    bool has_md5 = false;  ///< RFC 2385 or RFC 5925 (TCP-AO)
    bool bad = false;      ///< an option of length 0 or 1, or running over the header's end
    std::uint8_t window_scale = 0;
    std::uint8_t sack_blocks = 0;
    std::uint16_t mss = 0;
    std::uint32_t ts_value = 0;
    std::uint32_t ts_echo = 0;
    std::uint32_t sack_left = 0;  ///< first SACK block
    std::uint32_t sack_right = 0;
};

enum class Checksum : std::uint8_t {
    good,
    bad,
    unknown,  ///< cut by the capture, or only the pseudo header was summed yet (offload)
};

/// Views live as long as the frame. `payload` is what was captured; `payload_length` what was on the wire.
struct Segment {
    Evidence at;
    FlowKey key;
    bool from_low = true;  ///< direction relative to the key
    std::uint16_t flags = 0;
    std::uint16_t window = 0;  ///< unscaled
    std::uint16_t urgent = 0;
    std::uint16_t ip_id = 0;  ///< IPv4 only
    std::uint8_t ttl = 0;     ///< or hop limit
    std::uint32_t seq = 0;
    std::uint32_t ack = 0;
    std::uint32_t payload_length = 0;
    bytes::Bytes payload;
    TcpOptions options;
    bytes::Bytes option_bytes;  ///< raw, for the ladder

    /// What is needed to verify the checksum later, only where it matters: the TCP header and payload, and the sum of
    /// the pseudo header. `tcp` is empty when the capture cut the segment short.
    bytes::Bytes tcp;
    std::uint32_t pseudo_header_sum = 0;
    std::optional<Checksum> checksum;  ///< when it was verified before; then those bytes are gone

    /// "vlan 10", "vxlan 42", ... outermost first, '/'-joined; empty for a plain packet. A view into a pool of the
    /// decoder that lives as long as the decoder.
    std::string_view encapsulation;

    bool has(Flag f) const { return (flags & f) != 0; }
    /// What the segment takes of sequence space: payload plus SYN plus FIN.
    std::uint32_t sequence_length() const { return payload_length + (has(kSyn) ? 1 : 0) + (has(kFin) ? 1 : 0); }
};

/// Verifies the TCP checksum: touches every payload byte, so ask only where the answer matters.
Checksum verify_checksum(const Segment& segment);

}  // namespace tlsscope::flow
