#include "capture/gzip_bytes.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace tlsscope::capture {

namespace {

constexpr std::size_t kInputSize = 256UL * 1024;
constexpr int kGzipOnly = 15 + 16;  // largest window; gzip wrapper required

}  // namespace

struct GzipBytes::Inflater {
    z_stream stream{};
    bool ready = false;
};

GzipBytes::GzipBytes(std::unique_ptr<ByteSource> compressed)
    : compressed_{std::move(compressed)}, inflater_{std::make_unique<Inflater>()}, input_(kInputSize) {
    inflater_->ready = inflateInit2(&inflater_->stream, kGzipOnly) == Z_OK;
    if (!inflater_->ready) fail("gzip: out of memory");
}

GzipBytes::~GzipBytes() {
    if (inflater_->ready) inflateEnd(&inflater_->stream);
}

std::size_t GzipBytes::read(std::span<std::uint8_t> room) {
    z_stream& z = inflater_->stream;
    const std::size_t limit = std::min<std::size_t>(room.size(), std::numeric_limits<uInt>::max());
    z.next_out = room.data();
    z.avail_out = static_cast<uInt>(limit);
    while (!finished_ && fault().empty() && z.avail_out == limit) {
        const bool starved = z.avail_in == 0 && !feed();
        // Starved, zlib may still have bytes for which the last room was too small.
        const int result = inflate(&z, Z_NO_FLUSH);
        if (result == Z_STREAM_END) finished_ = !next_member();
        else if (result != Z_OK && result != Z_BUF_ERROR) fail(std::string{"gzip: "} + (z.msg ? z.msg : "damaged"));
        else if (starved && z.avail_out == limit)
            fail(compressed_->fault().empty() ? "gzip: the compressed data is cut short" : compressed_->fault());
    }
    return limit - z.avail_out;
}

bool GzipBytes::feed() {
    const std::size_t got = compressed_->read(input_);
    inflater_->stream.next_in = input_.data();
    inflater_->stream.avail_in = static_cast<uInt>(got);
    return got != 0;
}

bool GzipBytes::next_member() {
    z_stream& z = inflater_->stream;
    if (z.avail_in == 0 && !feed()) return false;
    // A magic number that falls on the border of two reads is judged by its first byte; inflate checks the second.
    const bool another = z.next_in[0] == 0x1f && (z.avail_in < 2 || z.next_in[1] == 0x8b);
    if (another) return inflateReset(&z) == Z_OK;
    remark(std::to_string(count_rest()) + " bytes after the end of the gzip data were ignored");
    return false;
}

std::uint64_t GzipBytes::count_rest() {
    std::uint64_t count = inflater_->stream.avail_in;
    while (feed()) count += inflater_->stream.avail_in;
    return count;
}

}  // namespace tlsscope::capture
