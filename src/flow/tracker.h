// Follows one TCP connection segment by segment: handshake, sequence and acknowledgment progress, close.
// Split by subject: tracker.cpp (the order of steps, what is believed), tracker_open.cpp, tracker_stream.cpp,
// tracker_close.cpp.
#pragma once

#include "flow/connection.h"

namespace tlsscope::flow {

/// What happens on connections, told as it happens. Implemented by the pipeline.
class Listener {
  public:
    virtual ~Listener() = default;
    virtual void data(Connection& c, const Chunk& chunk) = 0;
    virtual void gap(Connection& c, const Gap& gap) = 0;
    /// This side's stream is over: its FIN was reached in order, or the connection was reset.
    virtual void ended(Connection& c, Side side, Evidence at) = 0;
};

/// Limits and habits of the engine.
struct TrackerOptions {
    Nanos gap_grace = 50'000'000;  ///< how long an acknowledged hole may still be filled (capture reordering)
    std::uint32_t gap_grace_packets = 32;
};

class Tracker {
  public:
    Tracker(Listener& listener, ReassemblyBudget& budget, TrackerOptions options = {})
        : listener_{listener}, budget_{budget}, options_{options} {}

    /// One more segment of the connection. The roles must be settled (Connection::client_is_low).
    void segment(Connection& c, const Segment& s);

    /// The capture or the connection is over: gives up holes, delivers what is held, ends both streams.
    void finish(Connection& c);

  private:
    class Delivery;
    struct Turn;  // one segment's facts while it is looked at

    bool believe(Turn& t);
    bool twice_captured(const Turn& t) const;
    void discredit(Turn& t, const record::Anomaly& why);
    void doubt(Turn& t);
    void believe_after_all(Turn& t, std::uint64_t acked);
    std::unique_ptr<std::vector<Doubted>> take_doubted(Half& h);

    void open(Turn& t);
    void on_syn(Turn& t);
    void on_syn_ack(Turn& t);
    static void explain_server_syn(Connection& c, const record::Anomaly& as);
    void on_handshake_ack(Turn& t);
    void start_sequence(Turn& t);
    void read_options(Turn& t);

    void acknowledge(Turn& t);
    void count_duplicate_ack(Turn& t, bool moved);
    void payload(Turn& t);
    void classify_payload(Turn& t, std::uint64_t from, std::uint64_t to);
    bool keep_alive(Turn& t);
    bool in_window(const Turn& t, std::int64_t offset) const;
    void settle_gaps(Connection& c, Evidence now);
    void read_in_turn(Connection& c);
    void read_next(Connection& c, Side side, Evidence& released);
    void resume(Connection& c, Side side);
    void stop_waiting(Connection& c, Side side);
    void give_up_gaps(Connection& c);
    void watch_gap(Turn& t, std::uint64_t acked);

    static void note_passage(const Turn& t);

    void fin(Turn& t);
    void reset(Turn& t);
    void apply_reset(Connection& c, Side by, Evidence at);
    void deliver_fins(Connection& c, Evidence at);
    void closed(Turn& t);

    void event(Turn& t, Side endpoint, TcpEvent e);
    void stall(Connection& c, Nanos from, Nanos to);

    Listener& listener_;
    ReassemblyBudget& budget_;
    TrackerOptions options_;
};

}  // namespace tlsscope::flow
