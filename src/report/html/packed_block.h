// gzip, then base64, on the way out: how data lies in the page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "report/output.h"

namespace tlsscope::report::html {

/// Compresses what is written to it and hands base64 text to the output as it goes; memory stays constant. base64 has
/// no '<', so nothing in the data can end the script element that holds it.
class PackedBlock {
  public:
    /// What is packed: words, or byte planes of numbers, which rarely repeat.
    enum class Content : std::uint8_t { words, numbers };

    PackedBlock(Output& out, Content content);
    ~PackedBlock();
    PackedBlock(const PackedBlock&) = delete;
    PackedBlock& operator=(const PackedBlock&) = delete;

    void write(std::string_view bytes);
    /// Writes what is left. Call once.
    void finish();
    /// Bytes of base64 text so far.
    std::size_t written() const { return written_; }

  private:
    class Deflater;  // keeps zlib out of the header

    void deflate(std::string_view bytes, bool last);
    void encode(std::string_view bytes, bool last);

    Output& out_;
    std::unique_ptr<Deflater> deflater_;
    std::string rest_;  // fewer than three bytes that wait for the next ones
    std::size_t written_ = 0;
};

}  // namespace tlsscope::report::html
