// The split of a setup: every nanosecond in one part, and who waited for what.
#include "verdict/setup.h"

#include <gtest/gtest.h>

namespace tlsscope::verdict {
namespace {

using flow::Passage;
using record::Side;

constexpr Nanos kMs = 1'000'000;

/// A capture point with `server` ms to the server and back, `client` to the client: connected, handshake begun at once.
class SetupOf {
  public:
    SetupOf(Nanos server, Nanos client) {
        marks_.syn = {0, 1};
        marks_.connected = {(server + client) * kMs, 3};
        marks_.rtt_server = server * kMs;
        marks_.rtt_client = client * kMs;
        marks_.largest_payload = {1460, 1460};
        now_ = server + client;
    }
    /// The client is connected, and silent for so long.
    SetupOf& wait(Nanos ms) {
        now_ += ms;
        return *this;
    }
    SetupOf& client(Nanos after, std::uint32_t length) { return segment(Side::client, after, length); }
    SetupOf& server(Nanos after, std::uint32_t length) { return segment(Side::server, after, length); }
    /// An acknowledgment of everything.
    SetupOf& ack(Side from, Nanos after) {
        now_ += after;
        passages_.push_back({.time = now_ * kMs,
                             .frame = ++frame_,
                             .acked = sent_[record::index(record::other(from))],
                             .kind = Passage::Kind::ack,
                             .from = from});
        return *this;
    }
    /// The last segment of that side, sent again.
    SetupOf& again(Side from, Nanos after, Passage::Kind kind = Passage::Kind::repeated) {
        now_ += after;
        Passage p = *last_[record::index(from)];
        stalls_.push_back({p.time, now_ * kMs});
        p.time = now_ * kMs;
        p.frame = ++frame_;
        p.kind = kind;
        passages_.push_back(p);
        return *this;
    }
    SetupOf& stall(Nanos from, Nanos to) {
        stalls_.push_back({from * kMs, to * kMs});
        return *this;
    }
    SetupMarks& marks() { return marks_; }

    std::optional<Setup> split() {
        marks_.begin = first_;
        if (!marks_.end.seen()) marks_.end = {passages_.back().time, passages_.back().frame};
        return split_setup(marks_, passages_, stalls_);
    }

  private:
    SetupOf& segment(Side from, Nanos after, std::uint32_t length) {
        now_ += after;
        std::uint32_t& sent = sent_[record::index(from)];
        const Passage p{.time = now_ * kMs,
                        .frame = ++frame_,
                        .begin = sent,
                        .length = length,
                        .acked = sent_[record::index(record::other(from))],
                        .kind = Passage::Kind::data,
                        .from = from};
        sent += length;
        if (!first_.seen()) first_ = {p.time, p.frame};
        passages_.push_back(p);
        last_[record::index(from)] = p;
        return *this;
    }

    SetupMarks marks_;
    record::Evidence first_;
    flow::Passages passages_;
    std::vector<flow::Stall> stalls_;
    std::array<std::uint32_t, 2> sent_{};
    std::array<std::optional<Passage>, 2> last_;
    Nanos now_ = 0;
    std::uint64_t frame_ = 3;
};

Nanos sum(const Setup& s) { return s.network + s.server + s.client + s.transfer + s.ack_wait + s.loss + s.wait; }

TEST(Setup, OfAnIdealHandshakeIsRoundTripsOnly) {
    const auto s = SetupOf{20, 0}.client(0, 500).server(20, 1460).server(0, 1460).client(0, 80).split();
    ASSERT_TRUE(s);
    EXPECT_EQ(s->total, 40 * kMs);
    EXPECT_EQ(s->network, 40 * kMs);
    EXPECT_EQ(sum(*s), s->total);
    EXPECT_EQ(s->half_trips, 4U);
    EXPECT_TRUE(s->held.empty());
}

TEST(Setup, WhatIsMoreThanTheRoundTripIsTheSidesOwn) {
    const auto s = SetupOf{20, 4}.wait(30).client(0, 500).server(120, 900).client(14, 80).server(25, 50).split();
    ASSERT_TRUE(s);
    EXPECT_EQ(s->wait, 30 * kMs);
    EXPECT_EQ(s->server, 105 * kMs);
    EXPECT_EQ(s->client, 10 * kMs);
    EXPECT_EQ(s->network, (24 + 20 + 4 + 20) * kMs);
    EXPECT_EQ(sum(*s), s->total);
    EXPECT_EQ(s->longest[record::index(Side::server)].length, 100 * kMs);
    EXPECT_EQ(s->longest[record::index(Side::server)].after.frame, 5U);
}

TEST(Setup, AnAnswerFasterThanTheTcpHandshakeLeavesNothingNegative) {
    const auto s = SetupOf{20, 4}.client(0, 500).server(5, 900).client(1, 80).split();
    ASSERT_TRUE(s);
    EXPECT_EQ(s->network, 30 * kMs);
    EXPECT_EQ(s->server + s->client, 0);
    EXPECT_EQ(sum(*s), s->total);
}

TEST(Setup, NagleWithDelayedAck) {
    const auto s =
        SetupOf{10, 2}.client(0, 500).server(10, 300).ack(Side::client, 42).server(10, 700).client(2, 80).split();
    ASSERT_TRUE(s);
    ASSERT_EQ(s->held.size(), 1U);
    const Held& h = s->held[0];
    EXPECT_EQ(h.before.frame, 5U);
    EXPECT_EQ(h.ack.frame, 6U);
    EXPECT_EQ(h.segment.frame, 7U);
    EXPECT_EQ(h.ack_delay, 40 * kMs);
    EXPECT_EQ(h.cost(), 52 * kMs);
    EXPECT_FALSE(h.over_window);
    EXPECT_EQ(s->ack_wait, 40 * kMs);
    EXPECT_EQ(s->half_trips, 6U) << "one round trip more";
    EXPECT_EQ(sum(*s), s->total);
}

TEST(Setup, ASlowServerThatIsAcknowledgedMeanwhileHoldsNothingBack) {
    const auto s =
        SetupOf{10, 2}.client(0, 500).server(10, 300).ack(Side::client, 42).server(90, 700).client(2, 80).split();
    ASSERT_TRUE(s);
    EXPECT_TRUE(s->held.empty()) << "80 ms later than the ACK allows";
    EXPECT_EQ(s->server, 132 * kMs);
    EXPECT_EQ(s->ack_wait, 0);
    EXPECT_EQ(sum(*s), s->total);
}

TEST(Setup, ASegmentThatCameBeforeTheAckCouldArriveWasNotHeld) {
    const auto s =
        SetupOf{40, 2}.client(0, 500).server(40, 300).ack(Side::client, 42).server(5, 700).client(2, 80).split();
    ASSERT_TRUE(s);
    EXPECT_TRUE(s->held.empty());
}

TEST(Setup, EarlyDataExplainsWhatFollowsItsAck) {
    const auto s = SetupOf{170, 0}
                       .client(0, 500)
                       .client(169, 60)
                       .server(1, 200)
                       .ack(Side::client, 0)
                       .server(171, 1300)
                       .client(0, 80)
                       .split();
    ASSERT_TRUE(s);
    EXPECT_TRUE(s->held.empty()) << "the answer to the early data";
}

TEST(Setup, AFlightLargerThanTheWindow) {
    SetupOf setup{30, 0};
    setup.client(0, 500).server(30, 1460);
    for (int i = 1; i < 10; ++i) setup.server(0, 1460);
    const auto s = setup.ack(Side::client, 0).server(30, 1460).server(0, 200).client(0, 80).split();
    ASSERT_TRUE(s);
    ASSERT_EQ(s->held.size(), 1U);
    EXPECT_TRUE(s->held[0].over_window);
    EXPECT_EQ(s->held[0].sent, 14'600U);
    EXPECT_EQ(s->half_trips, 6U);
    EXPECT_EQ(sum(*s), s->total);
}

TEST(Setup, FullSegmentsThatFollowOneAnotherSlowlyAreTransfer) {
    const auto s =
        SetupOf{20, 0}.client(0, 500).server(20, 1460).server(12, 1460).server(12, 300).client(0, 80).split();
    ASSERT_TRUE(s);
    EXPECT_EQ(s->transfer, 24 * kMs);
    EXPECT_EQ(s->server, 0);
    EXPECT_EQ(sum(*s), s->total);
}

TEST(Setup, AnEvenPaceIsTransferEvenWhereEverySegmentIsAcknowledged) {
    SetupOf even{20, 0};
    even.client(0, 500).server(95, 1460).ack(Side::client, 0).server(75, 1460).ack(Side::client, 0).server(38, 730);
    const auto s = even.client(0, 80).split();
    ASSERT_TRUE(s);
    EXPECT_EQ(s->transfer, 113 * kMs);
    EXPECT_EQ(s->server, 75 * kMs) << "before its flight";
    EXPECT_TRUE(s->held.empty());
    EXPECT_EQ(sum(*s), s->total);

    SetupOf uneven{20, 0};
    uneven.client(0, 500).server(95, 1460).ack(Side::client, 0).server(75, 1460).ack(Side::client, 0).server(75, 730);
    const auto u = uneven.client(0, 80).split();
    ASSERT_TRUE(u);
    EXPECT_EQ(u->transfer, 0) << "as long for half as much: no link does that";
    EXPECT_EQ(u->server, 225 * kMs);
}

TEST(Setup, WhatIsSentAgainWithoutNeedIsPassedOver) {
    SetupOf again{20, 0};
    again.client(0, 500).server(20, 900).client(0, 80).again(Side::server, 30).ack(Side::client, 0).server(20, 200);
    const auto s = again.split();
    ASSERT_TRUE(s);
    EXPECT_TRUE(s->held.empty());
    EXPECT_TRUE(s->repeats.empty());
    EXPECT_EQ(sum(*s), s->total);
}

TEST(Setup, WhatFollowsASegmentThatWasNotFullIsTheSidesOwn) {
    const auto s = SetupOf{20, 0}.client(0, 500).server(20, 100).server(12, 900).client(0, 80).split();
    ASSERT_TRUE(s);
    EXPECT_EQ(s->transfer, 0);
    EXPECT_EQ(s->server, 12 * kMs);
}

TEST(Setup, LossIsCountedOnce) {
    const auto s = SetupOf{20, 0}
                       .client(0, 500)
                       .server(20, 900)
                       .again(Side::server, 200)
                       .ack(Side::client, 0)
                       .client(5, 80)
                       .split();
    ASSERT_TRUE(s);
    EXPECT_EQ(s->loss, 200 * kMs);
    EXPECT_EQ(s->client, 5 * kMs);
    ASSERT_EQ(s->repeats.size(), 1U);
    EXPECT_EQ(s->repeats[0].original->frame, 5U);
    EXPECT_EQ(s->repeats[0].cost, 200 * kMs);
    EXPECT_EQ(sum(*s), s->total);
}

TEST(Setup, ALostSynIsLoss) {
    SetupOf setup{20, 0};
    setup.marks().syn.time = -1000 * kMs;
    const auto s = setup.stall(-1000, 0).client(0, 500).server(20, 900).client(0, 80).split();
    ASSERT_TRUE(s);
    EXPECT_EQ(s->loss, 1000 * kMs);
    EXPECT_EQ(s->network, 40 * kMs);
    EXPECT_EQ(sum(*s), s->total);
}

TEST(Setup, OverlappingStallsCountOnce) {
    const auto s = SetupOf{20, 0}.stall(25, 100).stall(30, 120).client(0, 500).server(120, 900).client(0, 80).split();
    ASSERT_TRUE(s);
    EXPECT_EQ(s->loss, 95 * kMs);
    EXPECT_EQ(s->network + s->server, 45 * kMs);
    EXPECT_EQ(sum(*s), s->total);
}

TEST(Setup, IsEmptyWhereItCannotBeSaid) {
    SetupOf no_syn{20, 0};
    no_syn.marks().syn = {};
    EXPECT_FALSE(no_syn.client(0, 500).server(20, 900).split());

    EXPECT_FALSE((SetupOf{20, 0}.client(0, 500).server(-5, 900).split())) << "the clock ran back";
    EXPECT_FALSE((SetupOf{20, 0}.client(0, 500).wait(-5).server(0, 900).client(20, 80).split()));
    EXPECT_FALSE((SetupOf{20, 0}
                      .client(0, 500)
                      .server(20, 900)
                      .again(Side::server, 5, Passage::Kind::doubted)
                      .client(5, 80)
                      .split()));

    SetupOf further{20, 0};
    further.client(0, 500).server(20, 900);
    further.marks().end = {900 * kMs, 99};
    EXPECT_FALSE(further.split()) << "not all segments up to the end are there";

    SetupOf timeless{20, 0};
    timeless.marks().connected.time = record::kNoTime;
    EXPECT_FALSE(timeless.client(0, 500).server(20, 900).client(0, 80).split()) << "a packet without a time stamp";
}

TEST(Setup, OfCenturiesIsAClockThatWasSet) {
    constexpr Nanos kYear = 365 * 86'400'000LL;
    EXPECT_TRUE((SetupOf{20, 0}.client(0, 500).server(kYear - 40, 900).client(0, 80).split()));
    EXPECT_FALSE((SetupOf{20, 0}.client(0, 500).server(kYear, 900).client(0, 80).split()));
    EXPECT_FALSE((SetupOf{20, 0}.client(0, 500).server(290 * kYear, 900).client(0, 80).split())) << "nothing overflows";
}

}  // namespace
}  // namespace tlsscope::verdict
