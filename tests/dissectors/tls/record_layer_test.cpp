#include "dissectors/tls/record_layer.h"

#include <gtest/gtest.h>

#include "stream_testing.h"

namespace tlsscope::tls::testing {

namespace {

/// Writes down what it is told.
class Log : public RecordHandler {
  public:
    Body wanted = Body::pieces;
    std::string text;
    Blob bodies;

    Body begin_record(Side, const RecordHeader& h, Evidence first) override {
        text += "begin " + std::to_string(static_cast<int>(h.type)) + "/" + std::to_string(h.length) + "@" +
                std::to_string(first.frame) + " ";
        return h.length > kMaxCiphertext12 ? Body::refuse : wanted;
    }
    void record_piece(Side, const RecordHeader&, Bytes piece, Evidence, Evidence) override {
        bodies.insert(bodies.end(), piece.begin(), piece.end());
    }
    void record_hole(Side, const RecordHeader&, std::uint64_t n, Evidence) override {
        text += "hole " + std::to_string(n) + " ";
    }
    void end_record(Side, const RecordHeader&, Evidence last) override {
        text += "end@" + std::to_string(last.frame) + " ";
    }
    void framing_lost(Side, bool gap, Evidence) override { text += gap ? "lost:gap " : "lost:bytes "; }
    void framing_found(Side, Evidence) override { text += "found "; }
};

class RecordLayerTest : public ::testing::Test {
  protected:
    void give(const Blob& bytes) {
        ++frame_;
        layer_.data({.data = bytes, .carried = {0, frame_}, .released = {0, frame_}}, log_);
    }
    void miss(std::uint64_t n) {
        ++frame_;
        layer_.gap({.length = n, .at = {0, frame_}}, log_);
    }
    Log log_;
    RecordLayer layer_{Side::client, true};
    std::uint64_t frame_ = 0;
};

TEST_F(RecordLayerTest, SplitsRecordsOfOneSegment) {
    give(record(22, fill(3)) + record(23, fill(4)));
    EXPECT_EQ(log_.text, "begin 22/3@1 end@1 begin 23/4@1 end@1 ");
    EXPECT_TRUE(layer_.at_border());
}

// S14: a header cut at each of its four inner places.
TEST_F(RecordLayerTest, JoinsAHeaderOverSegments) {
    const Blob whole = record(22, fill(10, 0x5a));
    for (std::size_t cut = 1; cut < 5; ++cut) {
        Log log;
        RecordLayer layer{Side::client, true};
        const Blob head{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut)};
        const Blob tail{whole.begin() + static_cast<std::ptrdiff_t>(cut), whole.end()};
        layer.data({.data = head, .carried = {0, 1}, .released = {0, 1}}, log);
        layer.data({.data = tail, .carried = {0, 2}, .released = {0, 2}}, log);
        EXPECT_EQ(log.text, "begin 22/10@1 end@2 ") << cut;
        EXPECT_EQ(log.bodies, fill(10, 0x5a)) << cut;
    }
}

TEST_F(RecordLayerTest, AnEmptyRecordEndsAtOnce) {
    give(record(23, {}) + record(23, {}));
    EXPECT_EQ(log_.text, "begin 23/0@1 end@1 begin 23/0@1 end@1 ");
}

TEST_F(RecordLayerTest, HopsOverOpaqueBodies) {
    log_.wanted = Body::hop;
    give(record(23, fill(100)));
    EXPECT_TRUE(log_.bodies.empty());
}

TEST_F(RecordLayerTest, AGapInsideABodyKeepsTheBorders) {
    const Blob whole = record(22, fill(100)) + record(22, fill(2));
    give({whole.begin(), whole.begin() + 50});
    miss(30);
    give({whole.begin() + 80, whole.end()});
    EXPECT_EQ(log_.text, "begin 22/100@1 hole 30 end@3 begin 22/2@3 end@3 ");
}

TEST_F(RecordLayerTest, AGapThatEndsWithTheBodyKeepsTheBorders) {
    const Blob whole = record(22, fill(100)) + record(22, fill(2));
    give({whole.begin(), whole.begin() + 50});
    miss(55);
    give({whole.begin() + 105, whole.end()});
    EXPECT_EQ(log_.text, "begin 22/100@1 hole 55 end@2 begin 22/2@3 end@3 ");
}

TEST_F(RecordLayerTest, FindsTheNextBorderAfterAGapOverAHeader) {
    give(record(23, fill(20)));
    miss(77);
    give(fill(60, 0x42));  // the middle of something
    give(record(23, fill(30)));
    EXPECT_EQ(log_.text, "begin 23/20@1 end@1 lost:gap found begin 23/30@4 end@4 ");
}

// S25: nothing of a 64 KiB record that is none is kept.
TEST_F(RecordLayerTest, LosesTheBordersAtAnImpossibleLength) {
    give(u8(23) + u16(0x0303) + u16(65535) + fill(1000));
    EXPECT_EQ(log_.text, "begin 23/65535@1 lost:bytes ");
    EXPECT_FALSE(layer_.in_sync());
}

TEST(BeginsWithRecord, LooksAtTheNextHeaderToo) {
    EXPECT_TRUE(begins_with_record(record(23, fill(20)) + record(23, fill(20))));
    EXPECT_TRUE(begins_with_record(record(23, fill(20))));
    EXPECT_FALSE(begins_with_record(record(23, fill(20)) + fill(20, 0x20)));
    EXPECT_FALSE(begins_with_record(text("GET / HTTP/1.1\r\n")));
    EXPECT_FALSE(begins_with_record(u8(23) + u16(0x0303)));
}

}  // namespace
}  // namespace tlsscope::tls::testing
