// When a file that grows gives way to the next one, and what that one is called: tcpdump's -G, -C and -W.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "files/clock.h"

namespace tlsscope::files {

struct Rotation {
    std::int64_t seconds = 0;  ///< -G: a new file so many seconds after the one before was begun; 0: never
    std::uint64_t bytes = 0;   ///< -C: a new file when there are more bytes than this in one; 0: never
    std::uint32_t files = 0;   ///< -W: with -C a ring of so many; with -G alone the end after so many; 0: no limit

    bool any() const { return seconds != 0 || bytes != 0; }
};

/// The argument of -C: "10" is 10 million bytes, "10k", "10M", "10G" are powers of 1024, as with tcpdump. Nothing, and
/// one line in `error`, when it is no size.
std::optional<std::uint64_t> parse_size(std::string_view text, std::string& error);

/// The arguments of -G and -W: a whole number of at least 1.
std::optional<std::uint32_t> parse_count(std::string_view text, std::string& error);

/// The names of one series of files, made of what the user wrote and of the clock, never of what was captured.
///
/// As tcpdump's: with -G the last component of the path goes through strftime (local time); with -C a number follows it
/// from the second file on ("out", "out1", "out2"), with -C and -W from the first on and with leading zeros ("out00" to
/// "out19"), and then it begins again. -G begins the numbers anew. Other than tcpdump, which overwrites the file it has
/// just finished when strftime gives the same name again, such files are numbered as with -C.
class SeriesNames {
  public:
    SeriesNames() = default;
    /// Call problem() before anything else.
    SeriesNames(const std::string& path, const Rotation& rotation);

    /// Why these names cannot be: one line; empty when all is well.
    std::string problem(Nanos now) const;

    /// The name of the first file, of the next because time is up, of the next because the file is full. Names are of
    /// files in folder(), without a slash. `now` is what strftime is given.
    std::string first(Nanos now);
    std::string next_period(Nanos now);
    std::string next_number();

    const std::string& folder() const { return folder_; }

  private:
    std::string at(Nanos now) const;
    std::string numbered() const;

    std::string folder_;
    std::string pattern_;
    Rotation rotation_;
    std::size_t digits_ = 0;
    std::string base_;
    std::uint64_t number_ = 0;
};

}  // namespace tlsscope::files
