#include "support/carriers.h"

#include <zlib.h>

#include <stdexcept>

namespace tlsscope::support {

namespace {

void must_be(int got, int expected) {
    if (got != expected) throw std::runtime_error("zlib");
}

}  // namespace

Buffer as_pcap(const Frames& frames, PcapOptions options) {
    options.link_type = frames.front().link_type;
    PcapBuilder file{options};
    for (const OwnedFrame& f : frames) file.packet(f.data, f.time, f.wire_length);
    return file.bytes();
}

Buffer as_pcapng(const Frames& frames, bool big_endian) {
    PcapngBuilder file{big_endian};
    file.section().interface({.link_type = frames.front().link_type, .resolution = 9});
    for (const OwnedFrame& f : frames) file.packet(0, f.data, static_cast<std::uint64_t>(f.time), f.wire_length);
    return file.bytes();
}

Buffer gzipped(const Buffer& data) {
    z_stream z{};
    constexpr int kGzip = 16 + MAX_WBITS;
    must_be(deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY), Z_OK);
    Buffer out(deflateBound(&z, data.size()) + 64);
    Buffer in = data;
    z.next_in = in.data();
    z.avail_in = static_cast<uInt>(in.size());
    z.next_out = out.data();
    z.avail_out = static_cast<uInt>(out.size());
    must_be(deflate(&z, Z_FINISH), Z_STREAM_END);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

}  // namespace tlsscope::support
