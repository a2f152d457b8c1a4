#include "dissectors/packet/tcp_options.h"

#include "bytes/reader.h"

namespace tlsscope::packet {

namespace {

enum OptionKind : std::uint8_t {
    kEnd = 0,
    kNop = 1,
    kMss = 2,
    kWindowScale = 3,
    kSackPermitted = 4,
    kSack = 5,
    kTimestamps = 8,
    kMd5 = 19,
    kAuthentication = 29,
    kFastOpen = 34,
    kExperiment = 254,
};

/// RFC 7413 appendix A: Fast Open before its number was assigned.
constexpr std::uint16_t kFastOpenExperiment = 0xf989;

void read_sack(bytes::Reader value, flow::TcpOptions& out) {
    constexpr std::size_t kBlock = 8;
    constexpr std::size_t kMostBlocks = 4;  // RFC 2018 section 3: there is no room for more
    const std::size_t blocks = value.size() / kBlock;
    if (value.size() % kBlock != 0 || blocks == 0 || blocks > kMostBlocks) {
        out.bad = true;
        return;
    }
    out.sack_blocks = static_cast<std::uint8_t>(blocks);
    out.sack_left = value.u32();
    out.sack_right = value.u32();
}

/// A value of another size than the option's own is as bad as none.
bool has_size(const bytes::Reader& value, std::size_t size, flow::TcpOptions& out) {
    if (value.size() != size) out.bad = true;
    return value.size() == size;
}

void read_option(std::uint8_t kind, bytes::Reader value, flow::TcpOptions& out) {
    switch (kind) {
        case kMss:
            if (!has_size(value, 2, out)) return;
            out.has_mss = true;
            out.mss = value.u16();
            return;
        case kWindowScale:
            if (!has_size(value, 1, out)) return;
            out.has_window_scale = true;
            out.window_scale = value.u8();
            return;
        case kSackPermitted: out.sack_permitted |= has_size(value, 0, out); return;
        case kSack: read_sack(value, out); return;
        case kTimestamps:
            if (!has_size(value, 8, out)) return;
            out.has_timestamps = true;
            out.ts_value = value.u32();
            out.ts_echo = value.u32();
            return;
        case kMd5:
        case kAuthentication: out.has_md5 = true; return;
        case kFastOpen: out.has_fast_open = true; return;
        case kExperiment:
            if (value.size() >= 2 && value.u16() == kFastOpenExperiment) out.has_fast_open = true;
            return;
        default: return;
    }
}

/// What nearly every packet of an established connection has: NOP, NOP, timestamps (RFC 7323 appendix A).
bool only_timestamps(bytes::Bytes options, flow::TcpOptions& out) {
    if (options.size() != 12 || options[0] != kNop || options[1] != kNop || options[2] != kTimestamps ||
        options[3] != 10)
        return false;
    bytes::Reader in{options.subspan(4)};
    out.has_timestamps = true;
    out.ts_value = in.u32();
    out.ts_echo = in.u32();
    return true;
}

}  // namespace

void read_tcp_options(bytes::Bytes options, bool cut, flow::TcpOptions& out) {
    if (only_timestamps(options, out)) return;
    bytes::Reader in{options, cut ? bytes::Edge::cut : bytes::Edge::hard};
    while (in.more()) {
        const std::uint8_t kind = in.u8();
        if (kind == kEnd) break;
        if (kind == kNop) continue;
        const std::uint8_t length = in.u8();
        if (in.ok() && length < 2) in.fail(bytes::Fault::malformed);
        const bytes::Bytes value = in.take(length - std::size_t{2});
        if (in.ok()) read_option(kind, bytes::Reader{value}, out);
    }
    out.bad |= in.fault() == bytes::Fault::malformed;
}

}  // namespace tlsscope::packet
