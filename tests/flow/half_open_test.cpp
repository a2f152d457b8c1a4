// Half-open connections kept compactly: the same records as ever, and a flood that evicts only itself.
#include "flow/half_open.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "support/tcp_script.h"

namespace tlsscope::flow {
namespace {

using support::TcpScript;

constexpr Nanos kSecond = 1'000'000'000;

FlowKey key(std::uint32_t client) {
    const auto byte = [client](int i) { return static_cast<std::uint8_t>(client >> 8 * i); };
    const Endpoint a{{{10, byte(3), byte(2), byte(1)}, 4}, static_cast<std::uint16_t>(1024 + byte(0))};
    const Endpoint b{{{192, 0, 2, 1}, 4}, 443};
    return make_key(a, b, {}).key;  // 10... < 192...: the client is the low one
}

/// Writes down what comes out. Keeps no records: there are many.
class Counting final : public TableListener {
  public:
    std::map<End, std::size_t> ends;
    std::size_t established = 0;
    std::size_t established_lost = 0;
    std::map<Endpoint, std::size_t> overruns;  // by target
    std::size_t overrun_in_all = 0;
    std::vector<std::uint8_t> seen;  // by stream: how many records, or how often overrun
    std::vector<std::string> rows;
    bool keep_rows = false;

  private:
    void opened(Connection&) override {}
    void overrun(std::uint64_t stream, const Endpoint& server) override {
        ++overruns[server];
        ++overrun_in_all;
        mark(stream);
    }
    void mark(std::uint64_t stream) {
        if (seen.size() <= stream) seen.resize(stream + 1);
        ++seen[stream];
    }
    void finished(Connection& c) override {
        ++ends[c.end];
        if (c.established) ++established;
        if (c.established && c.end == End::evicted) ++established_lost;
        mark(c.stream);
        if (!keep_rows) return;
        record::ConnectionRecord r;
        describe_transport(c, r);
        conclude_record(c, r);
        std::string row;
        for (std::size_t i = 0; i < r.row.size(); ++i)
            row += std::string{r.row.at(i).column().name} + '=' + std::string{r.row.at(i).text()} +
                   (r.row.at(i).text().empty() ? std::to_string(r.row.at(i).integer()) : "") + ' ';
        rows.push_back(std::move(row));
    }
    void data(Connection&, const Chunk&) override {}
    void gap(Connection&, const Gap&) override {}
    void ended(Connection&, Side, Evidence) override {}
};

/// Segments of many connections to one server.
class Wire {
  public:
    explicit Wire(FlowTable& table) : table_{table} {}

    Nanos now = 1'700'000'000 * kSecond;

    Wire& send(std::uint32_t client, bool up, unsigned flags, std::uint32_t seq, std::uint32_t ack,
               std::uint32_t length = 0) {
        Segment s;
        s.at = {now, ++frame_};
        s.key = key(client);
        s.from_low = up;
        s.flags = static_cast<std::uint16_t>(flags);
        s.window = 1000;
        s.seq = seq;
        s.ack = ack;
        s.payload_length = length;
        table_.segment(s);
        return *this;
    }
    void syn(std::uint32_t client) { send(client, true, kSyn, client, 0); }
    void answer(std::uint32_t client) { send(client, false, kSyn | kAck, 7, client + 1); }
    void establish(std::uint32_t client) {
        syn(client);
        answer(client);
        send(client, true, kAck, client + 1, 8);
    }

  private:
    FlowTable& table_;
    std::uint64_t frame_ = 0;
};

TEST(HalfOpen, WhatASegmentSaysSurvivesPacking) {
    Segment s;
    s.at = {-5, 1ULL << 40};
    s.key = key(7);
    s.from_low = true;
    s.flags = kSyn | kEce | kCwr;
    s.window = 65535;
    s.ip_id = 0xabcd;
    s.ttl = 63;
    s.seq = 0xfffffffe;
    s.ack = 17;
    s.options = {.has_mss = true, .has_timestamps = true, .has_md5 = true, .window_scale = 14, .mss = 1460};
    s.options.ts_value = 0x80000000;
    s.options.ts_echo = 3;
    const Segment t = PackedSegment{s}.unpack(s.key);
    EXPECT_EQ(t.at, s.at);
    EXPECT_EQ(t.key, s.key);
    EXPECT_EQ(t.from_low, s.from_low);
    EXPECT_EQ(t.flags, s.flags);
    EXPECT_EQ(t.window, s.window);
    EXPECT_EQ(t.ip_id, s.ip_id);
    EXPECT_EQ(t.ttl, s.ttl);
    EXPECT_EQ(t.seq, s.seq);
    EXPECT_EQ(t.ack, s.ack);
    EXPECT_TRUE(t.options.has_mss && t.options.has_timestamps && t.options.has_md5);
    EXPECT_FALSE(t.options.has_window_scale || t.options.sack_permitted || t.options.has_fast_open || t.options.bad);
    EXPECT_EQ(t.options.window_scale, 14);
    EXPECT_EQ(t.options.mss, 1460);
    EXPECT_EQ(t.options.ts_value, s.options.ts_value);
    EXPECT_EQ(t.options.ts_echo, s.options.ts_echo);
    EXPECT_EQ(verify_checksum(t), verify_checksum(s));
}

TEST(HalfOpen, TheChecksumIsRememberedWithoutTheBytes) {
    const std::array<std::uint8_t, 20> wrong{1, 2, 3};
    Segment s;
    s.tcp = wrong;
    s.pseudo_header_sum = 5;
    ASSERT_EQ(verify_checksum(s), Checksum::bad);
    EXPECT_EQ(verify_checksum(PackedSegment{s}.unpack({})), Checksum::bad);
}

TEST(HalfOpen, TakesNoMemoryUntilItIsNeededAndNeverMoreThanItsLimit) {
    constexpr std::uint64_t kLimit = 1 << 20;
    HalfOpenTable table{kLimit, 1};
    EXPECT_EQ(table.bytes(), 0U);
    Segment syn;
    syn.flags = kSyn;
    for (std::uint32_t i = 0; !table.full(); ++i) {
        syn.key = key(i);
        table.add(syn, i, syn.at.time);
    }
    EXPECT_GT(table.size(), 6000U);
    EXPECT_LE(table.bytes(), kLimit);
    HalfOpenTable none{10, 1};
    EXPECT_FALSE(none.can_begin(syn));
}

// Any order of taking out leaves the others findable, with their own segments.
TEST(HalfOpen, AgreesWithAMapUnderRandomUse) {
    std::mt19937 random{11};
    HalfOpenTable table{100 * 168, 3};
    std::map<std::uint32_t, std::vector<std::uint64_t>> model;  // client -> frames
    std::uint64_t frame = 0;
    for (int round = 0; round < 50'000; ++round) {
        while (table.full()) {
            const HalfOpenFlow out = table.take_out(static_cast<HalfOpenTable::Index>(random() % table.size()));
            ASSERT_EQ(model.erase(static_cast<std::uint32_t>(out.stream)), 1U);
        }
        const auto client = static_cast<std::uint32_t>(random() % 150);
        Segment s;
        s.key = key(client);
        s.at = {0, ++frame};
        s.flags = kSyn;
        const auto i = table.find(s.key);
        ASSERT_EQ(i.has_value(), model.contains(client));
        if (!i) {
            table.add(s, client, s.at.time);
            model[client] = {frame};
        } else if (random() % 3 != 0) {
            if (table.keep(*i, s, s.at.time)) model[client].push_back(frame);
            else EXPECT_EQ(model[client].size(), HalfOpenFlow::kMaxSegments);
        } else {
            const HalfOpenFlow out = table.take_out(*i);
            EXPECT_EQ(out.key, s.key);
            ASSERT_EQ(out.count, model[client].size());
            for (std::size_t n = 0; n < out.count; ++n) EXPECT_EQ(out.segment(n).at.frame, model[client][n]);
            model.erase(client);
        }
        ASSERT_EQ(table.size(), model.size());
    }
}

TEST(HalfOpen, OnlyPlainOpeningsAreKeptCompactly) {
    Counting listener;
    FlowTable table{listener, {.max_half_open = 0}};
    Wire wire{table};
    wire.syn(1);
    wire.answer(1);
    wire.syn(1);
    EXPECT_EQ(table.compact(), 1U);
    wire.send(2, true, kSyn, 5, 0, 100);  // Fast Open
    wire.send(3, true, kSyn | kUrg, 5, 0);
    wire.send(4, true, kAck, 5, 0);
    EXPECT_EQ(table.compact(), 1U);
    wire.answer(0);  // whose SYN was missed
    wire.answer(0);
    EXPECT_EQ(table.compact(), 2U);
    wire.syn(0);
    EXPECT_EQ(table.compact(), 1U);
    wire.send(1, true, kAck, 2, 8);
    EXPECT_EQ(table.compact(), 0U);
    EXPECT_EQ(table.size(), 5U);
    for (std::uint32_t n = 0; n < HalfOpenFlow::kMaxSegments; ++n) wire.syn(5);
    EXPECT_EQ(table.compact(), 1U);
    wire.syn(5);
    EXPECT_EQ(table.compact(), 0U);
    table.finish_all();
    EXPECT_EQ(listener.seen, std::vector<std::uint8_t>(6, 1));
}

TEST(HalfOpen, AResetEndsItAsEver) {
    TcpScript talk{{.table = {.max_half_open = 0}}};
    talk.client(kSyn, 1000).client(kSyn, 1000).server(kRst | kAck, 0, 1001).finish();
    EXPECT_EQ(talk.only().outcome, "refused");
    EXPECT_EQ(talk.number("syn_retries"), 1);
}

/// Everything a connection attempt may consist of, on a few ports, in any order, with any wait between.
void play_at_random(TcpScript& talk, std::mt19937& random) {
    const unsigned flags[] = {kSyn, kSyn, kSyn, kSyn | kAck, kSyn | kAck, kAck, kRst | kAck, kRst, kFin | kAck, 0};
    const Nanos waits[] = {0, 0, 0, kSecond, 70 * kSecond, 130 * kSecond};
    for (int i = 0; i < 40; ++i) {
        talk.ports(static_cast<std::uint16_t>(40000 + random() % 4)).domain(random() % 6 == 0 ? 16 : 0);
        talk.wait(waits[random() % 6]).ip_id(static_cast<std::uint16_t>(random() % 3));
        if (random() % 2 == 0) {
            TcpOptions o;
            o.has_timestamps = o.has_fast_open = random() % 2 == 0;
            o.ts_value = static_cast<std::uint32_t>(random() % 4);
            o.ts_echo = static_cast<std::uint32_t>(random() % 4);
            o.bad = random() % 16 == 0;
            o.sack_blocks = random() % 16 == 0 ? 1 : 0;
            talk.with(o);
        }
        const Checksum sums[] = {Checksum::good, Checksum::bad, Checksum::unknown};
        talk.checksum(sums[random() % 3]);
        const std::uint32_t client = random() % 8 == 0 ? 9000 : 1000;
        const std::string payload = random() % 10 == 0 ? "hello" : "";
        const unsigned f = flags[random() % std::size(flags)];
        if (random() % 5 < 3) talk.client(f, client + random() % 2, 5000 + random() % 2, payload);
        else talk.server(f, 5000 + random() % 2, client + random() % 2, payload);
    }
}

// finish() plays each again with everything compact, and compares the records with their ladders.
TEST(HalfOpen, RandomConversationsGiveTheSameRecords) {
    for (unsigned seed = 0; seed < 150; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random{seed};
        TcpScript talk{{.table = {}, .ladders = true}};
        play_at_random(talk, random);
        talk.finish();
        if (::testing::Test::HasFailure()) return;
    }
}

/// A live capture's timers: rows and their order.
std::vector<std::string> live_rows(std::size_t max_half_open, unsigned seed) {
    std::mt19937 random{seed};
    Counting listener;
    listener.keep_rows = true;
    FlowTable table{listener,
                    {.closed_linger = 5 * kSecond,
                     .idle_timeout = 30 * kSecond,
                     .half_open_timeout = 10 * kSecond,
                     .max_half_open = max_half_open}};
    Wire wire{table};
    for (int i = 0; i < 4000; ++i) {
        const auto client = static_cast<std::uint32_t>(random() % 40);
        switch (random() % 8) {
            case 0: wire.send(client, true, kAck, client + 1, 8, random() % 2); break;
            case 1: wire.send(client, false, kRst | kAck, 0, client + 1); break;
            case 2:
            case 3: wire.answer(client); break;
            default: wire.syn(client);
        }
        wire.now += static_cast<Nanos>(random() % 400) * 1'000'000;
        table.tick(wire.now);
    }
    for (int i = 0; i < 40; ++i) table.tick(wire.now += kSecond);
    EXPECT_EQ(table.size(), 0U) << "all timers ran out";
    return listener.rows;
}

TEST(HalfOpen, TimersEndThemInTheSameOrder) {
    for (unsigned seed = 0; seed < 5; ++seed) {
        const std::vector<std::string> whole = live_rows(4096, seed);
        EXPECT_GT(whole.size(), 100U);
        EXPECT_EQ(live_rows(0, seed), whole);
        EXPECT_EQ(live_rows(7, seed), whole);
    }
}

// Packets wait while records are written.
TEST(HalfOpen, AFloodIsNotEndedAllInOneTick) {
    Counting listener;
    FlowTable table{listener, {.idle_timeout = 300 * kSecond, .half_open_timeout = 10 * kSecond, .max_half_open = 100}};
    Wire wire{table};
    for (std::uint32_t i = 0; i < 20'000; ++i) wire.syn(i);
    wire.now += 11 * kSecond;
    table.tick(wire.now);
    EXPECT_GT(table.size(), 10'000U);
    EXPECT_EQ(listener.seen, std::vector<std::uint8_t>(20'000 - table.size(), 1)) << "those that came first";
    for (int i = 0; i < 3; ++i) table.tick(wire.now);
    EXPECT_EQ(table.size(), 0U);
    EXPECT_EQ(listener.seen, std::vector<std::uint8_t>(20'000, 1));
}

struct Flood {
    std::uint32_t syns;
    bool answered;
    std::size_t max_connections = 1U << 20;
};

/// SYNs between the segments of connections that were there before or come meanwhile.
void play(const Flood& flood) {
    constexpr std::uint32_t kBefore = 100;
    constexpr std::uint64_t kLimit = 4 << 20;
    constexpr std::size_t kMaxHalfOpen = 256;
    Counting listener;
    FlowTable table{listener,
                    {.seed = 5,
                     .max_connections = flood.max_connections,
                     .idle_timeout = 300 * kSecond,
                     .half_open_timeout = 10 * kSecond,
                     .max_half_open = kMaxHalfOpen,
                     .half_open_limit = kLimit}};
    Wire wire{table};
    std::uint32_t established = 0;
    while (established < kBefore) wire.establish(established++);
    for (std::uint32_t i = 0; i < flood.syns; ++i) {
        wire.now += 20'000;  // fifty thousand a second
        wire.syn(1'000'000 + i);
        if (flood.answered && i > 10) wire.answer(1'000'000 + i - i % 5);  // some of them again and again
        if (i % 10'000 == 0) wire.establish(established++);
        if (i % 100 == 0) wire.send(i / 100 % kBefore, true, kAck, i / 100 % kBefore + 1, 8);
        if (i % 5000 == 0) table.tick(wire.now);
        ASSERT_LE(table.compact_bytes(), kLimit);
        ASSERT_LE(table.size(), established + kMaxHalfOpen + kLimit / 112);
    }
    EXPECT_GT(table.compact(), 10'000U);
    table.finish_all();
    EXPECT_EQ(listener.established_lost, 0U);
    EXPECT_EQ(listener.established, established);
    EXPECT_GE(table.totals().created, flood.syns + established);
    EXPECT_EQ(listener.seen, std::vector<std::uint8_t>(table.totals().created, 1))
        << "each in one record, or counted once";
    EXPECT_EQ(listener.ends[End::evicted], table.totals().evicted);
    EXPECT_EQ(listener.overrun_in_all, table.totals().overrun);
    EXPECT_GT(listener.overrun_in_all, flood.syns / 4);
    EXPECT_EQ(listener.overruns.size(), 1U) << "one server was flooded, whoever's segment came first";
}

TEST(HalfOpen, AFloodEvictsOnlyItself) { play({1'000'000, false}); }
TEST(HalfOpen, AnAnsweredFloodEvictsOnlyItself) { play({200'000, true}); }
// With no room for more whole connections: those of the flood that are whole make room for the established ones.
TEST(HalfOpen, AFloodEvictsOnlyItselfFromAFullTable) { play({200'000, true, 100 + 256}); }

}  // namespace
}  // namespace tlsscope::flow
