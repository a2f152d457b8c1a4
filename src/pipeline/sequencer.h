// Puts records into the order of their connections' first packets.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>

#include "files/scratch.h"
#include "record/connection.h"

namespace tlsscope::pipeline {

/// Connections are numbered as they begin and finish in another order. A record leaves as soon as all before it have
/// left. One connection that stays open holds up all that come after it: they wait in memory, packed, and from so many
/// bytes on on disk, each with eight bytes of memory.
class Sequencer {
  public:
    using Emit = std::function<void(record::ConnectionRecord&&)>;
    static constexpr std::size_t kInMemory = 32UL << 20;

    explicit Sequencer(Emit emit, std::size_t most_in_memory = kInMemory, files::Scratch scratch = files::Scratch{})
        : emit_{std::move(emit)}, most_in_memory_{most_in_memory}, scratch_{std::move(scratch)} {}

    void add(record::ConnectionRecord&& record);
    /// There will be no record of that number.
    void skip(std::uint64_t stream);

    /// Records that could not be read back from the disk; they are lost. error() says why.
    std::uint64_t lost() const { return lost_; }
    /// Empty; or why records wait in memory that should not, or are lost.
    const std::string& error() const { return scratch_.error(); }

  private:
    // What is known of a stream that has not left: one of these, or the place of its record in scratch_, plus kPlaces.
    enum State : std::uint64_t { kOpen, kSkipped, kPacked, kWhole, kPlaces };

    void wait(record::ConnectionRecord&& record);
    void emit_packed(std::uint64_t stream);
    void emit_from_disk(std::uint64_t place);
    std::uint64_t& state(std::uint64_t stream);
    void pass_next();
    void emit_waiting();

    Emit emit_;
    std::size_t most_in_memory_;
    std::uint64_t next_ = 0;
    std::deque<std::uint64_t> states_;                                   // of next_ and those after it
    std::unordered_map<std::uint64_t, std::string> packed_;              // by stream
    std::unordered_map<std::uint64_t, record::ConnectionRecord> whole_;  // those with a ladder, which are few
    std::size_t bytes_ = 0;                                              // in packed_
    files::Scratch scratch_;
    std::string packing_;
    std::uint64_t lost_ = 0;
};

}  // namespace tlsscope::pipeline
