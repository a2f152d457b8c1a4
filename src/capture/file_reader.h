// One capture file of any format, as a sequence of records.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "capture/block_buffer.h"
#include "capture/frame.h"
#include "capture/problem_log.h"
#include "capture/source.h"

namespace tlsscope::capture {

/// Larger packets than this are taken for damage, as libpcap and Wireshark do (MAXIMUM_SNAPLEN).
inline constexpr std::uint32_t kMaxPacket = 262'144;

/// What a reader needs of the world around it; all of it outlives the reader.
struct ReaderContext {
    ProblemLog& log;
    Extras& extras;
    /// May the link type be decoded by whoever asked? Empty function: everything may.
    bool (*supported)(std::uint16_t link_type) = nullptr;
    int stop = -1;  ///< see open_bytes()

    bool supports(std::uint16_t link_type) const { return supported == nullptr || supported(link_type); }
};

/// What one step over a file found.
enum class Step : std::uint8_t {
    frame,  ///< a packet
    other,  ///< something else, or a packet that had to be skipped
    end,    ///< the end, or damage that nothing can be read behind
};

/// Reads one file; made by open_file(). Damage goes to the log.
class FileReader {
  public:
    virtual ~FileReader() = default;

    /// Reads one record or block. Fills everything of the frame but its number. Its view lives until the next step.
    virtual Step step(Frame& out) = 0;
    /// True when the next step needs no read: views of earlier frames will stay good.
    virtual bool buffered() const = 0;

    BlockBuffer& buffer() { return *buffer_; }

  protected:
    FileReader(std::unique_ptr<BlockBuffer> buffer, const ReaderContext& context)
        : buffer_{std::move(buffer)}, context_{context} {}

    /// At the end of the bytes, with a record of `needed` bytes begun at offset `begin`: none of it is a proper end;
    /// some of it, or a fault of the source, is damage.
    Step at_end(std::string_view torn, std::uint64_t begin, std::uint64_t needed);
    /// What there is to say of such an end.
    void judge_end(std::string_view torn, std::uint64_t begin, std::uint64_t needed);

    std::unique_ptr<BlockBuffer> buffer_;
    ReaderContext context_;
};

/// Recognises the format by content. Empty when nothing can be read: then the log says why.
std::unique_ptr<FileReader> open_file(const std::string& path, const ReaderContext& context);

/// The same of bytes that are open already.
std::unique_ptr<FileReader> open_stream(std::unique_ptr<BlockBuffer> buffer, const ReaderContext& context);

/// Why the header of a file is not all there: the source's fault, or how much of it there is.
std::string short_header(const BlockBuffer& buffer, std::string_view header, std::size_t needed);

/// True when the file begins like a capture, compressed or not.
bool is_capture_file(const std::string& path);

}  // namespace tlsscope::capture
