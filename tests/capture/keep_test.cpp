#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/keep_rule.h"
#include "capture/packet_store.h"
#include "capture_testing.h"

namespace tlsscope::capture {
namespace {

using namespace support;
using record::Column;
using record::ConnectionRecord;
using record::Type;
using testing::HasSubstr;

constexpr Column column(std::string_view name, Type type) {
    return {.name = name, .type = type, .unit = "", .meaning = "", .group = "tls"};
}
constexpr Column kColumns[] = {column("connect_ms", Type::millis), column("tls_ms", Type::millis),
                               column("alert", Type::integer), column("sni", Type::text)};

const record::Schema& schema() {
    static const record::Vocabulary vocabulary[] = {{"test", kColumns, {}, {}, {}}};
    static const record::Schema all{vocabulary};
    return all;
}

ConnectionRecord connection(const std::string& outcome = "complete") {
    ConnectionRecord out;
    out.outcome = outcome;
    return out;
}

bool keeps(std::string_view rule, const ConnectionRecord& c) {
    std::string error;
    const auto parsed = KeepRule::parse(rule, schema(), error);
    EXPECT_TRUE(parsed.has_value()) << error;
    return parsed && parsed->matches(c);
}

std::string error_of(std::string_view rule) {
    std::string error;
    EXPECT_FALSE(KeepRule::parse(rule, schema(), error).has_value()) << rule;
    return error;
}

TEST(KeepRule, SlowCountsConnectAndHandshake) {
    ConnectionRecord c = connection();
    EXPECT_FALSE(keeps("slow>0", c)) << "nothing is known";
    c.row.set_millis(kColumns[0], 150 * kMillisecond);
    EXPECT_FALSE(keeps("slow>150", c));
    EXPECT_TRUE(keeps("slow>149.5", c));
    c.row.set_millis(kColumns[1], 100 * kMillisecond);
    EXPECT_TRUE(keeps("slow>249", c));
    EXPECT_FALSE(keeps("slow>250", c));
    c.row.set_millis(kColumns[1], -kSecond);
    EXPECT_FALSE(keeps("slow>150", c)) << "a clock that ran back is no reason";
}

TEST(KeepRule, FailedIsWhatTheSummaryCallsSo) {
    for (const char* bad : {"failed", "refused", "no_answer", "half_open", "reset"})
        EXPECT_TRUE(keeps("failed", connection(bad)));
    for (const char* fine : {"complete", "closed", "open", "incomplete"})
        EXPECT_FALSE(keeps("failed", connection(fine)));
}

TEST(KeepRule, AlertAndName) {
    ConnectionRecord c = connection();
    EXPECT_FALSE(keeps("alert", c));
    EXPECT_FALSE(keeps("sni:example", c));
    c.row.set_integer(kColumns[2], 40);
    c.row.set_text(kColumns[3], "WWW.Example.COM");
    EXPECT_TRUE(keeps("alert", c));
    EXPECT_TRUE(keeps("sni:example.com", c));
    EXPECT_TRUE(keeps("sni:.EXAMPLE.", c));
    EXPECT_FALSE(keeps("sni:example.org", c));
}

TEST(KeepRule, CommaIsOr) {
    EXPECT_TRUE(keeps("slow>200, failed", connection("failed")));
    EXPECT_TRUE(keeps("failed,slow>200", connection("failed")));
    EXPECT_FALSE(keeps("alert,slow>200,sni:x", connection("failed")));
}

TEST(KeepRule, ErrorsNameThePart) {
    EXPECT_EQ(error_of("slow>200,fast"),
              "--keep: no condition 'fast'; known are slow>MS, failed, alert and sni:TEXT, separated by commas");
    EXPECT_THAT(error_of(""), HasSubstr("a condition is missing"));
    EXPECT_THAT(error_of("failed,"), HasSubstr("a condition is missing"));
    EXPECT_THAT(error_of(",failed"), HasSubstr("a condition is missing"));
    EXPECT_EQ(error_of("slow"), "--keep: 'slow' needs a limit in milliseconds, such as slow>200");
    for (const char* wrong :
         {"slow>", "slow>x", "slow>-1", "slow>1e9", "slow>2ms", "slow>nan", "slow>inf", "slow>1e99"})
        EXPECT_EQ(error_of(wrong),
                  "--keep: '" + std::string{wrong} + "' needs milliseconds from 0 to 1000000000, such as slow>200");
    EXPECT_EQ(error_of("sni:"), "--keep: 'sni:' needs a part of a server name, such as sni:example.com");
}

class Store : public testing::Test {
  protected:
    void SetUp() override {
        std::string error;
        out_ = PcapngWriter::open(
            path(), {}, [] { return kStart; }, "test", error);
        ASSERT_NE(out_, nullptr) << error;
        (void)out_->add_interface({.name = "eth0"});
    }
    std::string path() const { return dir_.path() + "/kept.pcapng"; }
    static void add(PacketStore& store, std::uint64_t connection, std::size_t size) {
        const Buffer data(size, static_cast<std::uint8_t>(connection));
        Frame frame;
        frame.data = data;
        frame.wire_length = static_cast<std::uint32_t>(size);
        frame.time = kStart;
        store.add(connection, frame);
    }
    std::vector<OwnedFrame> written() {
        out_->tick();
        return read_paths({path()}).frames;
    }

    TempDir dir_;
    std::unique_ptr<PcapngWriter> out_;
};

TEST_F(Store, WritesTheConnectionsAskedForInOrder) {
    PacketStore store;
    for (std::size_t i = 0; i < 10; ++i) add(store, i % 3, 100 + i);
    store.write(1, *out_);
    store.drop(0);
    store.write(7, *out_);  // never heard of
    const auto frames = written();
    ASSERT_EQ(frames.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(frames[i].data, Buffer(101 + 3 * i, 1));
        EXPECT_EQ(frames[i].frame.time, kStart);
    }
    EXPECT_EQ(store.counters().connections, 1U);
    EXPECT_EQ(store.text(), "3 packets of connections that match --keep written");
    store.drop(2);
    EXPECT_EQ(store.counters().bytes, 0U);
    EXPECT_EQ(store.counters().connections, 0U);
}

TEST_F(Store, AConnectionKeepsItsFirstPackets) {
    PacketStore store{{.connection_bytes = 1000, .total_bytes = 1 << 20}};
    for (int i = 0; i < 5; ++i) add(store, 1, 300);
    add(store, 1, 1);  // would fit, but what follows a hole is not kept
    store.write(1, *out_);
    EXPECT_EQ(written().size(), 3U);
    EXPECT_EQ(store.counters().over_limit, 3U);
    EXPECT_EQ(store.counters().written_in_part, 1U);
    EXPECT_EQ(store.text(),
              "3 packets of connections that match --keep written; 3 were beyond the limit of their connection and 0 "
              "beyond that of all together (1 connections written in part)");
}

TEST_F(Store, TheMostSilentConnectionGivesWay) {
    PacketStore store{{.connection_bytes = 10'000, .total_bytes = 14'100}};
    for (std::uint64_t c = 0; c < 4; ++c) add(store, c, 2000);
    add(store, 0, 10);  // 1 is the one that was silent for longest now
    add(store, 9, 3000);
    EXPECT_LE(store.counters().bytes, 14'100U);
    EXPECT_EQ(store.counters().evicted_packets, 1U);
    store.write(0, *out_);
    EXPECT_EQ(written().size(), 2U);
    add(store, 1, 50);
    store.write(1, *out_);
    EXPECT_EQ(store.counters().written_in_part, 1U) << "its first packet is gone, and that is known";
}

TEST_F(Store, StaysWithinItsMemoryWhateverComes) {
    PacketStore store{{.connection_bytes = 4096, .total_bytes = 100'000}};
    for (std::uint64_t i = 0; i < 50'000; ++i) {
        add(store, i * 7919 % 5000, i % 1500);
        ASSERT_LE(store.counters().bytes, 100'000U);
    }
    for (std::uint64_t i = 0; i < 5000; ++i) store.drop(i);
    EXPECT_EQ(store.counters().bytes, 0U);
}

}  // namespace
}  // namespace tlsscope::capture
