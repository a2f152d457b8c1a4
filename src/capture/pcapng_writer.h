// Packets to a pcapng file, or to a series of them: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/frame.h"
#include "files/series.h"

namespace tlsscope::capture {

/// What an Interface Description Block says.
struct WrittenInterface {
    std::string name = {};        ///< "eth0"; empty: left out
    std::string filter = {};      ///< BPF; empty: left out
    std::uint16_t link_type = 1;  ///< LINKTYPE_ value
    std::uint32_t snaplen = 0;    ///< 0: no limit
};

/// What an Interface Statistics Block says: since the capture began, also where it fills several files. What is not
/// known is left out.
struct InterfaceStatistics {
    record::Nanos begin = record::kNoTime;
    record::Nanos end = record::kNoTime;
    std::optional<std::uint64_t> received = {};              ///< isb_ifrecv: packets the interface handed on
    std::optional<std::uint64_t> dropped_by_interface = {};  ///< isb_ifdrop
    std::optional<std::uint64_t> dropped_by_system = {};     ///< isb_osdrop: the kernel's buffer was full
    std::optional<std::uint64_t> delivered = {};             ///< isb_usrdeliv: packets this program was given
};

/// Writes packets as they come: times in nanoseconds, each file a section of its own with all interfaces, statistics at
/// its end. Buffered; flush() at least once a second makes what was written readable. A failure drops packets, counts
/// them and is told once; the next file, SIGHUP or a minute later try again (see files::Series). Not thread-safe.
class PcapngWriter {
  public:
    /// `application` is what the section header names: "tlsscope 0.1.0". Null, and one line in `error`, when the first
    /// file cannot be written.
    static std::unique_ptr<PcapngWriter> open(const std::string& path, const files::Rotation& rotation,
                                              files::Clock clock, std::string application, std::string& error);
    ~PcapngWriter();
    PcapngWriter(const PcapngWriter&) = delete;
    PcapngWriter& operator=(const PcapngWriter&) = delete;

    /// Describes the next interface: the first one is 0. Before the first frame of it.
    std::uint32_t add_interface(WrittenInterface interface);
    /// For the block at the end of each file; the latest counters count.
    void set_statistics(std::uint32_t interface, const InterfaceStatistics& statistics);

    /// `frame.interface` must have been added. Frames without a time get 1970. The comment is for people.
    void write(const Frame& frame, std::string_view comment = {});

    /// At least once a second: hands on what is buffered, and ends files in time on a quiet link too.
    void tick();
    /// SIGHUP.
    void reopen();
    /// Ends the last file with its statistics. False when anything failed since the beginning: see error().
    bool finish();

    bool ok() const { return series_->ok(); }
    /// The failure; empty when there was none, and when the reader of a pipe went away (series().closed_pipe()).
    std::string error() const;
    std::uint64_t written() const { return written_; }  ///< packets, over all files
    std::uint64_t lost() const { return lost_; }        ///< packets no file has, because writing failed
    /// The file on disk: its path, what failed since last asked, whether -W files are complete, rights.
    files::Series& series() { return *series_; }

  private:
    struct Interface {
        WrittenInterface described;
        std::optional<InterfaceStatistics> statistics;
    };
    PcapngWriter(std::unique_ptr<files::Series> series, files::Clock clock, std::string application);

    void make_room();
    void begin_again(bool was_good, bool new_file);
    void flush();
    void section_header();
    void interface_block(const WrittenInterface& interface);
    void statistics_blocks();
    void begin_block(std::uint32_t type);
    void end_block();
    void option(std::uint16_t code, std::string_view value);
    void counter(std::uint16_t code, const std::optional<std::uint64_t>& value);
    void time_option(std::uint16_t code, record::Nanos time);
    void end_of_options();
    template <class Integer>
    void put(Integer value);
    void put_time(record::Nanos time);
    void put_padded(std::string_view bytes);

    std::unique_ptr<files::Series> series_;
    files::Clock clock_;
    std::string application_;
    std::vector<Interface> interfaces_;
    std::string buffer_;          // whole blocks only, but for the one that is being made
    std::size_t block_at_ = 0;    // where that one began
    std::uint64_t buffered_ = 0;  // packets in the buffer
    std::uint64_t written_ = 0;
    std::uint64_t lost_ = 0;
};

}  // namespace tlsscope::capture
