#include "report/html/packed_block.h"

#include <zlib.h>

#include <array>
#include <new>

namespace tlsscope::report::html {

namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr int kGzip = 15 + 16;  // largest window, gzip header
constexpr int kMemory = 8;      // zlib's default

void append_base64(std::string& out, const unsigned char* b, std::size_t n) {
    const std::uint32_t word =
        static_cast<std::uint32_t>(b[0] << 16) | (n > 1 ? b[1] * 256U : 0U) | (n > 2 ? std::uint32_t{b[2]} : 0U);
    out += kDigits[word >> 18];
    out += kDigits[word >> 12 & 63];
    out += n > 1 ? kDigits[word >> 6 & 63] : '=';
    out += n > 2 ? kDigits[word & 63] : '=';
}

}  // namespace

class PackedBlock::Deflater {
  public:
    explicit Deflater(Content content) {
        // Searching long for what rarely repeats is lost time: the README has the measurements.
        const bool words = content == Content::words;
        const int level = words ? 6 : 4;
        const int strategy = words ? Z_DEFAULT_STRATEGY : Z_FILTERED;
        if (deflateInit2(&stream_, level, Z_DEFLATED, kGzip, kMemory, strategy) != Z_OK)
            throw std::bad_alloc{};  // the only way it fails with constant arguments
    }
    ~Deflater() { (void)deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    z_stream& stream() { return stream_; }

  private:
    z_stream stream_{};
};

PackedBlock::PackedBlock(Output& out, Content content) : out_{out}, deflater_{std::make_unique<Deflater>(content)} {}

PackedBlock::~PackedBlock() = default;

void PackedBlock::write(std::string_view bytes) {
    constexpr std::size_t kMost = std::size_t{1} << 30;  // zlib counts in 32 bits
    while (bytes.size() > kMost) {
        deflate(bytes.substr(0, kMost), false);
        bytes.remove_prefix(kMost);
    }
    if (!bytes.empty()) deflate(bytes, false);
}

void PackedBlock::finish() { deflate({}, true); }

void PackedBlock::deflate(std::string_view bytes, bool last) {
    z_stream& z = deflater_->stream();
    std::array<char, 1U << 16> room{};
    z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));  // zlib only reads it
    z.avail_in = static_cast<uInt>(bytes.size());
    int status = Z_OK;
    do {
        z.next_out = reinterpret_cast<Bytef*>(room.data());
        z.avail_out = static_cast<uInt>(room.size());
        status = ::deflate(&z, last ? Z_FINISH : Z_NO_FLUSH);
        encode({room.data(), room.size() - z.avail_out}, last && status == Z_STREAM_END);
    } while (z.avail_out == 0 || (last && status != Z_STREAM_END));
}

void PackedBlock::encode(std::string_view bytes, bool last) {
    rest_ += bytes;
    const auto* b = reinterpret_cast<const unsigned char*>(rest_.data());
    std::string text;
    text.reserve(rest_.size() / 3 * 4 + 8);
    std::size_t at = 0;
    for (; at + 3 <= rest_.size(); at += 3) append_base64(text, b + at, 3);
    if (last && at < rest_.size()) append_base64(text, b + at, rest_.size() - at);
    rest_.erase(0, last ? rest_.size() : at);
    written_ += text.size();
    out_.write(text);
}

}  // namespace tlsscope::report::html
