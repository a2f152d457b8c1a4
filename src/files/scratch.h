// Room on disk for what has to wait and is too much for memory: a file without a name, gone with the program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "files/descriptor.h"

namespace tlsscope::files {

/// Pieces of bytes are put in and read back, most quickly in about the order they were put. Nothing is given back
/// before the end. What cannot be put is refused from then on; what is in can still be read.
class Scratch {
  public:
    /// In the first of these folders that will have it, with the first piece. Empty: $TMPDIR, /var/tmp, /tmp; not /tmp
    /// before /var/tmp, because /tmp may itself be memory.
    explicit Scratch(std::vector<std::string> folders = {}) : folders_{std::move(folders)} {}

    /// Where it is now; nothing when it could not be kept.
    std::optional<std::uint64_t> put(std::string_view piece);
    /// The piece that was put there: a view good until the next call of anything here. Nothing when it cannot be read.
    std::optional<std::string_view> get(std::uint64_t place);
    /// What went wrong first; empty: nothing yet.
    const std::string& error() const { return error_; }

  private:
    static constexpr std::size_t kBuffer = 256UL << 10;
    static constexpr std::size_t kWindow = 16UL << 10;  // read at once; more helps only where all is read in order

    bool open();
    bool flush();
    std::optional<std::string_view> look(std::uint64_t place, std::size_t length);
    bool refuse(std::string_view action, int error);

    std::vector<std::string> folders_;
    std::string folder_;  // where the file is
    std::string error_;
    bool refused_ = false;
    Descriptor file_;
    std::uint64_t written_ = 0;
    std::string tail_;  // what follows: not written yet
    std::uint64_t window_at_ = 0;
    std::string window_;  // what was read last
};

}  // namespace tlsscope::files
