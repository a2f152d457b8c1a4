// All open connections: look-up, port reuse, the memory budget. One per worker; not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <tsl/robin_map.h>

#include "flow/tracker.h"

namespace tlsscope::flow {

/// What the pipeline does with connections.
class TableListener : public Listener {
  public:
    /// A new connection: its roles are set, nothing was looked at yet. May attach a ladder.
    virtual void opened(Connection& c) = 0;
    /// A segment of connection `stream`, as it comes; with TableOptions::tell_segments only.
    virtual void segment_seen(std::uint64_t /*stream*/, const Segment&) {}
    /// Its dissector has read the handshake to its end, or wants no more; the connection goes on.
    virtual void handshake_over(Connection&) {}
    /// Both sides closed it, or it was reset; it stays a while for late packets.
    virtual void closed(Connection&) {}
    /// Over: closed long enough, replaced, evicted or at the end of the capture. Gone when this returns.
    virtual void finished(Connection& c) = 0;
};

struct TableOptions {
    std::uint64_t seed = 0;  ///< of the hash: random in production, so that nobody can choose colliding flows
    std::size_t max_connections = 1U << 20;  ///< beyond it the least valuable is evicted, and still reported
    Nanos closed_linger = 60'000'000'000;    ///< packet time a closed connection stays, for late duplicates
    std::uint64_t reassembly_limit = 192ULL << 20;
    Nanos idle_timeout = 0;       ///< without any packet; 0: never. Looked at by tick() only
    Nanos half_open_timeout = 0;  ///< the same, before both sides were heard
    bool tell_segments = false;   ///< to TableListener::segment_seen()
};

/// Sums over all connections of a worker; see TORTURE.md, "Accounting". By direction where it says so.
struct FlowTotals {
    std::uint64_t segments = 0;
    std::uint64_t created = 0;
    std::uint64_t evicted = 0;
    struct Bytes {
        std::uint64_t payload = 0;
        std::uint64_t delivered = 0;
        std::uint64_t duplicate = 0;
        std::uint64_t skipped = 0;
        std::uint64_t uncaptured = 0;
        std::uint64_t dropped = 0;
        std::uint64_t discredited = 0;
        std::uint64_t duplicate_capture = 0;
    };
    std::array<Bytes, 2> bytes;
};

class FlowTable {
  public:
    FlowTable(TableListener& listener, TableOptions options);

    void segment(const Segment& s);
    /// One after the other. With thousands of open connections every segment waits for memory: what a few segments need
    /// is fetched ahead, all at once.
    void segments(std::span<const Segment> batch);
    /// Live: so late is it now. Finishes what was closed or idle for too long; `now` may stand still, not run back.
    void tick(Nanos now);
    /// The capture is over: every connection still open is finished, in order of first packet.
    void finish_all();

    std::size_t size() const { return index_.size(); }
    const FlowTotals& totals() const { return totals_; }

  private:
    struct KeyHash {
        std::uint64_t seed;
        std::size_t operator()(const FlowKey& k) const { return hash(k, seed); }
    };
    struct Farewell {
        Nanos when;
        FlowKey key;
        std::uint64_t stream;
    };

    static constexpr std::size_t kAhead = 16;  // more would push each other out of the fastest cache

    /// The connections of a few segments to come, as long as none is finished.
    struct Ahead {
        std::array<Connection*, kAhead> connections{};
        std::uint64_t finished = 0;
    };

    void take(const Segment& s, Connection* found);
    Ahead fetch_ahead(std::span<const Segment> batch);
    Connection* find(const Segment& s);
    Connection* find_other_way_round(const Segment& s);
    Connection& create(const Segment& s);
    bool starts_anew(const Connection& c, const Segment& s) const;
    bool forgotten(const Connection& c, Nanos now) const;
    void finish(const FlowKey& key, End why);
    void forget_wrapping(FlowKey key);
    void expire(Nanos now);
    bool idle(const Connection& c, Nanos now) const;
    void evict_one();

    TableListener& listener_;
    TableOptions options_;
    ReassemblyBudget budget_;
    Tracker tracker_;
    tsl::robin_map<FlowKey, std::unique_ptr<Connection>, KeyHash> index_;
    /// The two directions of a connection may be wrapped differently (a mirror port tunnels one of them, GENEVE with
    /// its own identifiers each way): the key such a direction has, and the key of its connection.
    tsl::robin_map<FlowKey, FlowKey, KeyHash> aliases_;
    /// Wrappings seen around each pair of endpoints, while any wrapping was seen at all. By key without one.
    tsl::robin_map<FlowKey, std::vector<Domain>, KeyHash> wrappings_;
    bool any_wrapping_ = false;
    std::deque<Farewell> farewells_;
    Nanos next_sweep_ = 0;
    std::uint64_t next_stream_ = 0;
    std::uint64_t finished_ = 0;
    std::uint64_t dice_ = 0x9e3779b97f4a7c15ULL;
    FlowTotals totals_;
};

}  // namespace tlsscope::flow
