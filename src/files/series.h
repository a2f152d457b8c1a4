// A file that is written while others read it, and that gives way to the next of its series.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "files/descriptor.h"
#include "files/rotation.h"

namespace tlsscope::files {

/// The file of a live report or capture. Unlike a report made from a file it has its name from the first byte on and
/// grows under it (`tail -f`), as tcpdump's and dumpcap's do. A new file never truncates an old one: it takes its name
/// away (rename), so that whoever reads the old one keeps it whole; a symbolic link of that name is replaced, not
/// followed. When a write fails the file is cut back to the last whole piece, so that every finished file is whole.
///
/// Names are looked up in a folder opened once, before rights are dropped. Not thread-safe.
class Series {
  public:
    enum class Sync : std::uint8_t {
        finished,  ///< a finished file is flushed to disk, which may take a while
        never,     ///< as tcpdump: for packets, where waiting for a disk costs packets
    };

    /// Opens the first file. "-" is standard output; devices, FIFOs and /dev/stdout and the like are written to
    /// directly; these cannot rotate.
    /// Null, and one line in `error`, when that cannot be.
    static std::unique_ptr<Series> open(const std::string& path, const Rotation& rotation, Sync sync, Nanos now,
                                        std::string& error);

    /// Writes one whole piece: it is in the file, or what of it was written is removed again. False: see error().
    /// Nothing is written after a failure until next() or reopen() succeeded.
    bool write(std::string_view piece);

    /// It is time for the next file; `buffered` bytes are on their way to this one. Also true when a failed one should
    /// be tried again (reopen()): a minute after the failure.
    bool due(Nanos now, std::uint64_t buffered);
    /// What due() asks for: finishes this file and opens the next, or, after a failure, tries this one again. True when
    /// a new file was begun: it wants its header.
    bool advance(Nanos now);
    /// For SIGHUP: somebody moved the file away. Begins another of the same name; where the file is still in its place,
    /// goes on with it. True when a new file was begun.
    bool reopen(Nanos now);
    /// Finishes the last file. False when anything failed since the beginning.
    bool finish();

    bool ok() const { return fd_.valid() && error_.empty(); }
    /// The reader of a pipe went away: a quiet end.
    bool closed_pipe() const { return closed_pipe_; }
    /// The failure that holds things up now; empty when none does.
    const std::string& error() const { return error_; }
    /// What failed since the last call, each once; empty: nothing. For the log.
    std::string take_problem();
    /// -W with -G alone: so many files were written, and what comes now goes nowhere. The program should end.
    bool complete() const { return complete_; }

    const std::string& path() const { return path_; }  ///< of the present file
    std::uint64_t size() const { return size_; }       ///< its bytes
    const std::string& folder() const;                 ///< where the files are made, for sandbox rules
    /// The present file becomes theirs, so that they may replace it after the rights were dropped.
    void give_to(unsigned user, unsigned group) const;
    /// Whether this process may make files in the folder now (ask after dropping rights); one line in `error` if not.
    bool can_create(std::string& error) const;

  private:
    Series(SeriesNames names, const Rotation& rotation, Sync sync);
    bool open_direct(const std::string& path, std::string& error);
    bool begin(const std::string& name, Nanos now);
    bool create(const std::string& name);
    bool is_in_place() const;
    void close();
    bool fail(std::string_view action, int error);
    void tell(const std::string& problem);
    std::string path_to(const std::string& name) const;

    SeriesNames names_;
    Rotation rotation_;
    Sync sync_;
    Descriptor folder_;
    Descriptor fd_;
    std::string name_;
    std::string path_;
    std::string error_;
    std::string problems_;
    Nanos begun_ = 0;
    Nanos failed_at_ = -1;  // when due() first saw the failure; -1: there is none
    std::uint64_t size_ = 0;
    std::uint32_t count_ = 0;
    bool direct_ = false;
    bool closed_pipe_ = false;
    bool complete_ = false;
    bool failed_ever_ = false;
};

}  // namespace tlsscope::files
