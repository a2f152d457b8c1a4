// Shared by the tracker's files only.
#pragma once

#include "flow/tracker.h"

namespace tlsscope::flow {

/// One segment while it is looked at.
struct Tracker::Turn {
    Connection& c;
    const Segment& s;
    Side side = Side::client;  // who sent it
    Half& sender;
    Half& receiver;
    record::SegmentStep* step = nullptr;  // only when a ladder is kept
    Passage::Kind kind = Passage::Kind::ack;
    std::uint64_t begin = 0;  // of the payload
    bool acked_fin_now = false;
    bool ignored = false;  // it is nobody's: neither its acknowledgment nor its payload counts

    void note(std::string text) {
        if (step != nullptr) step->notes.push_back(std::move(text));
    }
    void anomaly(const record::Anomaly& a) { c.anomalies.report(a, s.at.frame); }
};

/// Gives a connection's reassembled bytes to the listener, with the side filled in.
class Tracker::Delivery final : public Assembler::Receiver {
  public:
    Delivery(Tracker& tracker, Connection& c, Side side) : tracker_{tracker}, c_{c}, side_{side} {}
    void deliver(Chunk chunk) override;
    void gap(Gap gap) override;
    void conflict(Evidence at) override;

  private:
    Tracker& tracker_;
    Connection& c_;
    Side side_;
};

}  // namespace tlsscope::flow
