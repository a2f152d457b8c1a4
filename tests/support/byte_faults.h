// Bytes that end, dribble and fail where a test wants them to, and where the records of a capture really end.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/compression.h"
#include "capture/file_reader.h"
#include "support/packet_builder.h"

namespace tlsscope::support {

using capture::ByteSource;
using capture::Compression;
using capture::Problem;

/// How a stream behaves that is not just a file.
struct Behaviour {
    std::size_t size = ~std::size_t{0};        ///< ends after so many bytes
    std::size_t piece = ~std::size_t{0};       ///< most bytes of one read
    std::optional<std::size_t> fails_at = {};  ///< the read, counted from 0, that fails with EIO, as all later ones do
};

/// A buffer as a stream. `data` must outlive it.
class ScriptedBytes final : public ByteSource {
  public:
    explicit ScriptedBytes(bytes::Bytes data, const Behaviour& how = {}) : data_{data}, how_{how} {
        data_ = data_.first(std::min(data_.size(), how_.size));
    }

    std::size_t read(std::span<std::uint8_t> room) override {
        if (how_.fails_at && reads_++ >= *how_.fails_at) {
            fail("Input/output error");
            return 0;
        }
        const std::size_t count = std::min({room.size(), how_.piece, data_.size() - at_});
        std::copy_n(data_.begin() + static_cast<std::ptrdiff_t>(at_), count, room.begin());
        at_ += count;
        return count;
    }
    std::uint64_t stored_bytes_read() const override { return at_; }

  private:
    bytes::Bytes data_;
    Behaviour how_;
    std::size_t at_ = 0;
    std::size_t reads_ = 0;
};

/// What a stream gave: how many frames, the first bytes of damage, and what was said.
struct StreamResult {
    std::size_t frames = 0;
    std::uint64_t checksum = 0;  ///< of all frames' bytes, times and lengths
    std::vector<Problem> problems;
};

/// Reads a stream, compressed or not, as a file of this name would be read.
StreamResult read_stream(std::unique_ptr<ByteSource> source, const std::string& name);

/// The end of a record or block and the number of packets up to there.
struct Border {
    std::size_t at = 0;
    std::size_t frames = 0;
};

/// Where the file header and every whole record of a plain capture end, found without the readers that are tested.
/// Stops at damage.
std::vector<Border> borders_of(bytes::Bytes file);
/// The last border that is not behind this place; nothing when the file header is not whole there.
std::optional<Border> border_before(const std::vector<Border>& borders, std::size_t place);

/// The bytes of a file.
Buffer file_bytes(const std::string& path);
Buffer compress(const Buffer& data, Compression kind);
/// All bytes a stream gives.
Buffer drain(ByteSource& source);

}  // namespace tlsscope::support
