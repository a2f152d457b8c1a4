// All open connections: look-up, port reuse, the memory budget. One per worker; not thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <tsl/robin_map.h>

#include "flow/departed.h"
#include "flow/half_open.h"
#include "flow/roster.h"
#include "flow/tracker.h"

namespace tlsscope::flow {

/// What the pipeline does with connections.
class TableListener : public Listener {
  public:
    /// Connection `stream` begins with this frame. Every one is told, those kept compactly too, in the order of both.
    virtual void numbered(std::uint64_t /*stream*/, std::uint64_t /*first_frame*/) {}
    /// A new connection: its roles are set, nothing was looked at yet. May attach a ladder.
    virtual void opened(Connection& c) = 0;
    /// A segment of connection `stream`, as it comes; with TableOptions::tell_segments only.
    virtual void segment_seen(std::uint64_t /*stream*/, const Segment&) {}
    /// Its dissector has read the handshake to its end, or wants no more; the connection goes on.
    virtual void handshake_over(Connection&) {}
    /// Both sides closed it, or it was reset; it stays a while for late packets.
    virtual void closed(Connection&) {}
    /// A half-open connection for which there was no room: it has no record, and finished() is never called.
    virtual void overrun(std::uint64_t /*stream*/, const Endpoint& /*server*/) {}
    /// Over: closed long enough, replaced, evicted or at the end of the capture. Gone when this returns.
    virtual void finished(Connection& c) = 0;
};

struct TableOptions {
    std::uint64_t seed = 0;  ///< of the hash: random in production, so that nobody can choose colliding flows
    std::size_t max_connections = 1U << 20;  ///< beyond it the least valuable is evicted, and still reported
    Nanos closed_linger = 5'000'000'000;     ///< packet time a closed connection stays, for late duplicates
    std::uint64_t reassembly_limit = 192ULL << 20;
    Nanos idle_timeout = 0;       ///< without any packet; 0: never. Looked at by tick() only
    Nanos half_open_timeout = 0;  ///< the same, before both sides were heard
    bool tell_segments = false;   ///< to TableListener::segment_seen()
    /// So many half-open connections are kept whole; a SYN beyond them is kept compactly (HalfOpenTable), until
    /// something else comes. It changes nothing but what they cost.
    std::size_t max_half_open = 4096;
    std::uint64_t half_open_limit = 24ULL
                                    << 20;  ///< bytes for those; beyond it one of them is given up at random: overrun()
};

/// Sums over all connections of a worker; see TORTURE.md, "Accounting". By direction where it says so.
struct FlowTotals {
    std::uint64_t segments = 0;
    std::uint64_t created = 0;
    std::uint64_t evicted = 0;
    std::uint64_t overrun = 0;           ///< half-open ones that were given up without a record
    std::uint64_t long_after_close = 0;  ///< segments in no record: see Departed
    struct Bytes {
        std::uint64_t payload = 0;
        std::uint64_t delivered = 0;
        std::uint64_t duplicate = 0;
        std::uint64_t skipped = 0;
        std::uint64_t uncaptured = 0;
        std::uint64_t dropped = 0;
        std::uint64_t discredited = 0;
        std::uint64_t duplicate_capture = 0;
        std::uint64_t long_after_close = 0;
    };
    std::array<Bytes, 2> bytes;
};

class FlowTable {
  public:
    FlowTable(TableListener& listener, const TableOptions& options);

    void segment(const Segment& s);
    /// One after the other. With thousands of open connections every segment waits for memory: what a few segments need
    /// is fetched ahead, all at once.
    void segments(std::span<const Segment> batch);
    /// Live: so late is it now. Finishes what was closed or idle for too long; `now` may stand still, not run back.
    void tick(Nanos now);
    /// The capture is over: every connection still open is finished, in order of first packet.
    void finish_all();

    std::size_t size() const { return index_.size() + half_open_.size(); }
    /// Of these, the ones kept compactly, and the memory they take.
    std::size_t compact() const { return half_open_.size(); }
    std::uint64_t compact_bytes() const { return half_open_.bytes(); }
    const FlowTotals& totals() const { return totals_; }

  private:
    struct KeyHash {
        std::uint64_t seed;
        std::size_t operator()(const FlowKey& k) const { return hash(k, seed); }
    };
    struct Farewell {
        Nanos when = record::kNoTime;
        FlowKey key;
        std::uint64_t stream = 0;
    };

    static constexpr std::size_t kAhead = 16;  // more would push each other out of the fastest cache

    /// The connections of a few segments to come, as long as none is finished.
    struct Ahead {
        std::array<Connection*, kAhead> connections{};
        std::uint64_t finished = 0;
    };

    /// Where a segment belongs; in neither: nowhere yet.
    struct Place {
        Connection* connection = nullptr;
        std::optional<HalfOpenTable::Index> half_open;
    };
    /// By stream, which is the order of first packets.
    using InOrder = std::vector<std::pair<std::uint64_t, FlowKey>>;

    void take(const Segment& s, Place place);
    Nanos seen(const Segment& s) const { return std::max(now_, s.at.time); }
    void tell(std::uint64_t stream, const Segment& s) {
        if (options_.tell_segments) listener_.segment_seen(stream, s);
    }
    bool leave_out_late(const Segment& s);
    Ahead fetch_ahead(std::span<const Segment> batch);
    Place find(const Segment& s);
    Connection* remembered(const FlowKey& key, Nanos now);
    Connection* kept_whole(const FlowKey& key, Nanos now);
    Connection* find_other_way_round(const Segment& s);
    bool starts_anew(const Connection& c, const Segment& s) const;
    bool forgotten(const Connection& c, Nanos now) const;

    Connection& create(const Segment& s);
    std::uint64_t number(const Segment& first);
    std::unique_ptr<Connection> begin(const Segment& s, std::uint64_t stream);
    Connection& enter(std::unique_ptr<Connection> c);
    bool keep_compactly(const Segment& s);
    std::unique_ptr<Connection> revive(HalfOpenTable::Index i);
    void finish(const FlowKey& key, End why);
    void finish_in_order(InOrder& over, End why);
    void conclude(Connection& c, End why);
    void remember_wrapping(const FlowKey& bare, Domain domain);
    void forget_wrapping(FlowKey key);

    // table_limits.cpp
    void expire(Nanos now);
    void make_room();
    bool idle(Nanos seen, Nanos now, bool half_open) const;
    void add_idle_half_open(Nanos now, InOrder& over) const;
    void add_idle(Nanos now, InOrder& over);
    void evict_one();
    const Connection& least_valuable();
    std::size_t dice(std::size_t sides);

    TableListener& listener_;
    TableOptions options_;
    ReassemblyBudget budget_;
    Tracker tracker_;
    tsl::robin_map<FlowKey, std::unique_ptr<Connection>, KeyHash> index_;
    Roster roster_;  // the same connections
    HalfOpenTable half_open_;
    Departed departed_;
    /// The two directions of a connection may be wrapped differently (a mirror port tunnels one of them, GENEVE with
    /// its own identifiers each way): the key such a direction has, and the key of its connection.
    tsl::robin_map<FlowKey, FlowKey, KeyHash> aliases_;
    /// The newest wrappings around each pair of endpoints, while any wrapping was seen at all. By key without one.
    tsl::robin_map<FlowKey, std::vector<Domain>, KeyHash> wrappings_;
    bool any_wrapping_ = false;
    std::deque<Farewell> farewells_;
    Nanos now_ = record::kNoTime;  // as tick() said; packets may be stamped by a clock that was set back
    Nanos next_sweep_ = 0;
    Nanos next_idle_sweep_ = 0;
    std::uint64_t next_stream_ = 0;
    std::uint64_t finished_ = 0;
    std::uint64_t dice_;
    FlowTotals totals_;
};

}  // namespace tlsscope::flow
