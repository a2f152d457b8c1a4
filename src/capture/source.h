// Where frames come from: a file, several, a pipe, a live interface.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "capture/frame.h"

namespace tlsscope::capture {

/// What went wrong with an input, told once; never hides what was readable.
struct Problem {
    enum class Kind : std::uint8_t {
        unreadable,  ///< nothing could be read: exit 2
        damaged,     ///< torn or contradictory from `offset` on; what came before was delivered: exit 3
        note,        ///< odd but complete: exit 0
    };
    Kind kind = Kind::damaged;
    std::string file;
    static constexpr std::uint64_t kNowhere = ~std::uint64_t{0};  ///< not a place in a file: an interface
    std::uint64_t offset = 0;                                     ///< byte offset in the (decompressed) file
    std::string reason;                                           ///< "block length 7 is not a multiple of 4"
    /// One line: file, offset, reason, and the cure where there is one.
    std::string text() const;
};

/// TLS secrets and name resolutions found in a pcapng file, kept for later use; never copied to reports.
struct Extras {
    std::vector<std::string> secrets;                        ///< Decryption Secrets Blocks (TLS key log format)
    std::vector<std::pair<std::string, std::string>> names;  ///< Name Resolution Blocks: address, name
};

/// A pull source of frames. Not thread-safe.
class Source {
  public:
    virtual ~Source() = default;

    /// The next frame, or false at the end of all inputs. The previous frame's bytes are gone unless held.
    virtual bool next(Frame& out) = 0;
    /// Up to out.size() frames at once, at least one unless the inputs are at their end (0). All of them are good until
    /// the next call, and one hold() keeps all of them.
    virtual std::size_t next_batch(std::span<Frame> out) { return !out.empty() && next(out.front()) ? 1 : 0; }
    /// After a batch of none: true when nothing will ever come. A live source may only have nothing just now.
    virtual bool ended() const { return true; }
    /// Keeps the bytes of the frame just delivered alive for as long as the handle lives.
    virtual std::shared_ptr<const void> hold() = 0;

    virtual const std::vector<Problem>& problems() const = 0;
    virtual const Extras& extras() const = 0;
    /// Bytes read of how many, for progress; total is 0 when unknown (a pipe).
    virtual std::uint64_t bytes_read() const = 0;
    virtual std::uint64_t bytes_total() const = 0;
};

}  // namespace tlsscope::capture
