#include "dissectors/tls/handshake_layer.h"

#include <gtest/gtest.h>

#include "stream_testing.h"

namespace tlsscope::tls::testing {

namespace {

class Log : public HandshakeHandler {
  public:
    struct Seen {
        unsigned type;
        std::uint32_t length;
        Blob body;
        HandshakeMessage::Cut cut;
        std::uint64_t first;
        std::uint64_t last;
        const std::uint8_t* where;
    };
    std::vector<Seen> messages;
    bool plausible = true;

    bool plausible_message(Side, const HandshakeHeader&, std::size_t) override { return plausible; }
    void handshake_message(Side, const HandshakeMessage& m) override {
        messages.push_back({static_cast<unsigned>(m.header.type),
                            m.header.length,
                            {m.body.begin(), m.body.end()},
                            m.cut,
                            m.first.frame,
                            m.last.frame,
                            m.body.data()});
    }
};

using Cut = HandshakeMessage::Cut;

class HandshakeLayerTest : public ::testing::Test {
  protected:
    void give(const Blob& bytes, std::size_t record_left = 0) {
        ++frame_;
        layer_.data(bytes, record_left, {0, frame_}, {0, frame_}, log_);
    }
    Log log_;
    HandshakeLayer layer_{Side::server};
    std::uint64_t frame_ = 0;
};

TEST_F(HandshakeLayerTest, HandsAWholeMessageOnWithoutACopy) {
    const Blob bytes = handshake(11, fill(500));
    give(bytes);
    ASSERT_EQ(log_.messages.size(), 1U);
    EXPECT_EQ(log_.messages[0].where, bytes.data() + 4);
    EXPECT_EQ(log_.messages[0].cut, Cut::whole);
    EXPECT_FALSE(layer_.pending());
}

TEST_F(HandshakeLayerTest, SplitsSeveralMessagesOfOneRecord) {
    give(handshake(2, fill(40, 1)) + handshake(11, fill(90, 2)) + handshake(14, {}));
    ASSERT_EQ(log_.messages.size(), 3U);
    EXPECT_EQ(log_.messages[1].body, fill(90, 2));
    EXPECT_EQ(log_.messages[2].type, 14U);
    EXPECT_TRUE(log_.messages[2].body.empty());
}

// S13: cut after every byte of the header and of the body.
TEST_F(HandshakeLayerTest, JoinsPieces) {
    const Blob whole = handshake(11, fill(20, 7));
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
        Log log;
        HandshakeLayer layer{Side::server};
        layer.data(Bytes{whole}.first(cut), 0, {0, 1}, {0, 1}, log);
        EXPECT_TRUE(layer.pending());
        layer.data(Bytes{whole}.subspan(cut), 0, {0, 2}, {0, 2}, log);
        ASSERT_EQ(log.messages.size(), 1U) << cut;
        EXPECT_EQ(log.messages[0].body, fill(20, 7)) << cut;
        EXPECT_EQ(log.messages[0].first, 1U);
        EXPECT_EQ(log.messages[0].last, 2U);
    }
}

// S29: an endless message costs at most kMaxMessage, and what follows it is found by its length.
TEST_F(HandshakeLayerTest, GivesTheBeginningOfAnOverlongMessage) {
    const std::size_t size = HandshakeLayer::kMaxMessage + 70000;
    const Blob whole = handshake(11, fill(size, 9)) + handshake(14, {});
    for (std::size_t at = 0; at < whole.size(); at += 10000)
        give({whole.begin() + static_cast<std::ptrdiff_t>(at),
              whole.begin() + static_cast<std::ptrdiff_t>(std::min(whole.size(), at + 10000))});
    ASSERT_EQ(log_.messages.size(), 2U);
    EXPECT_EQ(log_.messages[0].cut, Cut::cap);
    EXPECT_EQ(log_.messages[0].body.size(), HandshakeLayer::kMaxMessage);
    EXPECT_EQ(log_.messages[1].type, 14U);
}

// All streams of a worker together: who asks for more than there is gets what it has so far, as from an overlong one.
TEST_F(HandshakeLayerTest, GivesTheBeginningWhenAllTogetherHoldTooMuch) {
    HandshakeBudget budget{.limit = 100, .used = 0};
    HandshakeLayer greedy{Side::client, &budget};
    HandshakeLayer late{Side::server, &budget};
    Log log;
    greedy.data(Bytes{handshake(1, fill(200, 1))}.first(4 + 90), 0, {0, 1}, {0, 1}, log);
    EXPECT_EQ(budget.used, 90U);
    ASSERT_TRUE(log.messages.empty());
    const Blob whole = handshake(11, fill(60, 5)) + handshake(14, {});
    late.data(Bytes{whole}.first(24), 0, {0, 2}, {0, 2}, log);
    ASSERT_EQ(log.messages.size(), 1U);
    EXPECT_EQ(log.messages[0].cut, Cut::budget);
    EXPECT_EQ(log.messages[0].body, fill(20, 5)) << "what is at hand is given all the same";
    late.data(Bytes{whole}.subspan(24), 0, {0, 3}, {0, 3}, log);
    ASSERT_EQ(log.messages.size(), 2U) << "the length tells where the next message begins";
    EXPECT_EQ(log.messages[1].type, 14U);
    greedy.data(fill(20, 1), 0, {0, 4}, {0, 4}, log);
    ASSERT_EQ(log.messages.size(), 3U);
    EXPECT_EQ(log.messages[2].cut, Cut::budget);
    EXPECT_EQ(log.messages[2].body, fill(90, 1));
    EXPECT_EQ(budget.used, 0U);
}

TEST_F(HandshakeLayerTest, TheBudgetIsChargedWhileBytesAreHeld) {
    HandshakeBudget budget;
    const Blob whole = handshake(11, fill(200, 5));
    {
        HandshakeLayer layer{Side::server, &budget};
        for (std::size_t at = 0; at + 10 < whole.size(); at += 10)
            layer.data(Bytes{whole}.subspan(at, 10), 0, {0, 1}, {0, 1}, log_);
        EXPECT_GE(budget.used, 180U);
        EXPECT_LE(budget.used, 400U);
        layer.interrupt(log_);
        EXPECT_EQ(budget.used, 0U);
        layer.data(Bytes{whole}.first(20), 0, {0, 1}, {0, 1}, log_);
        EXPECT_GE(budget.used, 16U);
    }
    EXPECT_EQ(budget.used, 0U) << "the stream is gone";
}

TEST_F(HandshakeLayerTest, GivesWhatIsThereBeforeAHole) {
    const Blob whole = handshake(11, fill(100, 3)) + handshake(14, {});
    give({whole.begin(), whole.begin() + 44});
    layer_.hole(30, {}, log_);
    ASSERT_EQ(log_.messages.size(), 1U);
    EXPECT_EQ(log_.messages[0].cut, Cut::gap);
    EXPECT_EQ(log_.messages[0].body, fill(40, 3));
    EXPECT_EQ(log_.messages[0].last, 0U) << "nobody saw its last byte";
    give({whole.begin() + 74, whole.end()});
    ASSERT_EQ(log_.messages.size(), 2U) << "the length tells where the next message begins";
    EXPECT_EQ(log_.messages[1].type, 14U);
}

TEST_F(HandshakeLayerTest, AHoleToTheEndOfTheMessageTellsWhenItEnded) {
    give(handshake(11, fill(100, 3)) + u8(14));
    Log log;
    HandshakeLayer layer{Side::server};
    const Blob head = u8(11) + u24(100) + fill(40, 3);
    layer.data(head, 60, {0, 1}, {0, 1}, log);
    layer.hole(60, {0, 1}, log);
    ASSERT_EQ(log.messages.size(), 1U);
    EXPECT_EQ(log.messages[0].last, 1U);
    EXPECT_FALSE(layer.pending());
}

TEST_F(HandshakeLayerTest, AHoleBeyondTheMessageSkipsTheRecord) {
    give(u8(11) + u24(10) + fill(4), 100);
    layer_.hole(50, {}, log_);
    give(fill(46, 0x0e));
    ASSERT_EQ(log_.messages.size(), 1U);
    EXPECT_FALSE(layer_.unreadable()) << "missing, not ciphertext";
    layer_.record_begins({});
    give(handshake(14, {}));
    EXPECT_EQ(log_.messages.size(), 2U);
}

TEST_F(HandshakeLayerTest, ChecksBordersOnlyWhenToldTo) {
    log_.plausible = false;
    give(handshake(14, {}));
    EXPECT_EQ(log_.messages.size(), 1U);
    layer_.distrust();
    give(handshake(14, {}));
    EXPECT_EQ(log_.messages.size(), 1U);
    EXPECT_TRUE(layer_.unreadable());
    layer_.record_begins({});
    EXPECT_FALSE(layer_.unreadable());
}

}  // namespace
}  // namespace tlsscope::tls::testing
