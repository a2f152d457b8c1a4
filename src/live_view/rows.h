// The connections the view can show: the last ones, within bounds of number and memory.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "record/connection.h"

namespace tlsscope::live_view {

/// How much is kept. A paused view holds on to what it shows, so that twice this is the most.
struct Limits {
    std::size_t rows = 10'000;
    std::size_t bytes = std::size_t{64} << 20;  ///< of records and ladders together
};

/// A connection, with what sorting and filtering ask of it again and again.
struct Entry {
    record::ConnectionRecord record;
    std::uint64_t arrival = 0;   ///< counts from 0, in the order they were reported; kept when updated
    record::Nanos tls = -1;      ///< ns; -1: not measured
    record::Nanos connect = -1;  ///< ns; -1: not measured
    std::string searchable;      ///< lower case: names, addresses, outcome, version, cipher
    std::size_t footprint = 0;   ///< bytes, ladder included
};
using EntryPointer = std::shared_ptr<const Entry>;

/// Bytes of memory a record holds, about.
std::size_t footprint(const record::ConnectionRecord& record);

/// In order of arrival. When there is no room the oldest ladders go first, then the oldest connections.
class Rows {
  public:
    explicit Rows(const Limits& limits) : limits_{limits} {}

    /// Null when it is not (any more) there.
    EntryPointer find(std::uint64_t stream) const;
    /// A new connection, or another state of one that is there (by its stream number).
    void put(Entry entry);

    const std::deque<std::shared_ptr<Entry>>& all() const { return entries_; }
    std::size_t bytes() const { return bytes_; }

  private:
    void make_room();
    void drop_ladders();
    void drop_oldest();
    std::shared_ptr<Entry>& at(std::uint64_t arrival) { return entries_[arrival - entries_.front()->arrival]; }

    Limits limits_;
    std::deque<std::shared_ptr<Entry>> entries_;  // arrivals without a gap
    std::unordered_map<std::uint64_t, std::uint64_t> arrival_of_;
    std::uint64_t arrivals_ = 0;
    std::uint64_t first_ladder_ = 0;  // arrivals before it have no ladder any more
    std::size_t bytes_ = 0;
};

}  // namespace tlsscope::live_view
