// Phases are contiguous: where all of them are present, they add up to tls_ms exactly.
#include "dissectors/tls/timing.h"

#include <gtest/gtest.h>

#include <random>

#include "stream_testing.h"

namespace tlsscope::tls::testing {

namespace {

std::int64_t sum_of_phases(const Played& p) {
    std::int64_t sum = 0;
    for (const record::Span& s : timing::kSpans)
        if (s.phase && p.has(s.column.name)) sum += p.integer(s.column.name);
    return sum;
}

TEST(TlsTiming, PhasesAddUp) {
    for (const auto& [name, script] : all_stories()) {
        const Played p{script};
        ASSERT_TRUE(p.has("tls_ms")) << name;
        EXPECT_EQ(sum_of_phases(p), p.integer("tls_ms")) << name << "\n" << p.facts();
    }
}

/// Cuts a story's segments into smaller ones at random, so that every message may begin and end in any frame.
Script shattered(const Script& script, std::mt19937& random) {
    Script out;
    for (const Act& act : script) {
        std::size_t at = 0;
        while (at < act.bytes.size()) {
            const std::size_t left = act.bytes.size() - at;
            const std::size_t n = std::uniform_int_distribution<std::size_t>{1, left}(random);
            Act part = act;
            part.bytes.assign(act.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                              act.bytes.begin() + static_cast<std::ptrdiff_t>(at + n));
            out.push_back(std::move(part));
            at += n;
        }
    }
    return out;
}

TEST(TlsTiming, PhasesAddUpHoweverSegmented) {
    std::mt19937 random{3};
    for (const auto& [name, script] : all_stories())
        for (int round = 0; round < 200; ++round) {
            const Played p{shattered(script, random)};
            ASSERT_TRUE(p.has("tls_ms")) << name;
            ASSERT_EQ(sum_of_phases(p), p.integer("tls_ms")) << name << "\n" << p.facts();
        }
}

TEST(TlsTiming, HelloLastsFromFirstToLastByte) {
    const Blob bytes = record(22, client_hello({}), 0x0301);
    const auto part = [&](std::size_t from, std::size_t to) {
        return client(
            {bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.begin() + static_cast<std::ptrdiff_t>(to)});
    };
    const Played p{{part(0, 3), part(3, 40), part(40, bytes.size())}};
    EXPECT_EQ(p.integer("hello_ms"), 3'000'000);
    EXPECT_EQ(p.text("ch_frame"), "3");
}

// Other tools show a message in the frame that completes its record, and so do we.
TEST(TlsTiming, AMessageIsDatedByItsRecord) {
    const Blob bytes = record(22, server_hello({}) + certificate({fill(700, 0x30)}));
    const Played p{{client(record(22, client_hello({}))), server({bytes.begin(), bytes.begin() + 300}),
                    server({bytes.begin() + 300, bytes.end()})}};
    EXPECT_EQ(p.text("sh_frame"), "3");
    EXPECT_EQ(p.text("cert_frame"), "3");
    EXPECT_EQ(p.integer("server_hello_ms"), 1'500'000) << "to its first byte";
}

TEST(TlsTiming, AMissingEndLeavesASpanEmpty) {
    const Played p{{client(record(22, client_hello({})))}};
    EXPECT_TRUE(p.has("hello_ms"));
    for (const char* name : {"server_hello_ms", "server_flight_ms", "client_finish_ms", "server_finish_ms", "tls_ms",
                             "ttfb_ms", "server_think_ms", "client_think_ms", "tls_rtts"})
        EXPECT_FALSE(p.has(name)) << name;
}

TEST(TlsTiming, ThinkTimesAreNeverNegative) {
    record::Timeline t;
    record::Row row;
    t.set(flow::kSynAnswered, {0, 1});
    t.set(flow::kSynAck, {5'000'000, 2});
    t.set(timing::kHello, {10'000'000, 4});
    t.set(timing::kServerHelloFirst, {12'000'000, 5});
    timing::fill_think_times(t, row);
    ASSERT_EQ(row.size(), 1U);
    EXPECT_EQ(row.at(0).integer(), 0);
}

}  // namespace
}  // namespace tlsscope::tls::testing
