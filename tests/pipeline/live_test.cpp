// The live loop over a source that plays frames and then is silent: when rows come, and when idle connections end.
#include "pipeline/live.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "support/facts.h"
#include "support/memory_source.h"
#include "support/samples.h"

namespace tlsscope::pipeline {
namespace {

using namespace support;

/// Plays frames, then gives `silent` empty batches, then ends.
class Played final : public capture::LiveSource {
  public:
    Played(Frames frames, int silent) : source_{std::move(frames)}, silent_{silent} {}

    bool next(capture::Frame& out) override { return next_batch({&out, 1}) == 1; }
    std::size_t next_batch(std::span<capture::Frame> out) override {
        if (source_.next(out.front())) return 1;
        ended_ = silent_-- <= 0;
        return 0;
    }
    bool ended() const override { return ended_; }
    std::shared_ptr<const void> hold() override { return source_.hold(); }
    const std::vector<capture::Problem>& problems() const override { return source_.problems(); }
    const capture::Extras& extras() const override { return source_.extras(); }
    std::uint64_t bytes_read() const override { return 0; }
    std::uint64_t bytes_total() const override { return 0; }
    capture::Drops drops() override { return {}; }
    bool waiting() const override { return false; }

  private:
    MemorySource source_;
    int silent_;
    bool ended_ = false;
};

struct Seen {
    std::vector<record::ConnectionRecord> handshakes;
    std::vector<record::ConnectionRecord> ends;
    std::vector<std::uint64_t> open;  // connections, by tick
    AnalysisResult result;
};

constexpr record::Nanos kSecond = 1'000'000'000;

/// The wall clock stands where the first packet was, and moves `step` with every look.
Seen play(const std::string& sample, int silent = 0, record::Nanos step = 0, LiveAnalysisOptions options = {}) {
    Frames frames = read_frames(sample_path(sample));
    record::Nanos clock = frames.front().time;
    Played source{std::move(frames), silent};
    options.tick = std::chrono::milliseconds{0};
    options.wall_clock = [&] { return clock += step; };
    Seen seen;
    seen.result = analyze_live(
        source, options,
        [&](record::ConnectionRecord&& r, Moment m) {
            (m == Moment::handshake ? seen.handshakes : seen.ends).push_back(std::move(r));
        },
        [&](const LiveStatus& s) { seen.open.push_back(s.open_connections); });
    for (const record::Account& a : seen.result.accounting) EXPECT_TRUE(a.balanced()) << a.name;
    return seen;
}

TEST(Live, AHandshakeIsToldWhenItIsCompleteAndAgainAtTheEnd) {
    const Seen seen = play("tls12-openssl-rsa.pcapng");
    ASSERT_EQ(seen.handshakes.size(), 1U);
    ASSERT_EQ(seen.ends.size(), 1U);
    const record::ConnectionRecord& early = seen.handshakes.front();
    const record::ConnectionRecord& late = seen.ends.front();
    EXPECT_EQ(cell(early, "tls_outcome"), "complete");
    for (const char* same : {"uid", "sni", "version", "cipher", "tls_ms", "connect_ms", "client_random", "ja4"})
        EXPECT_EQ(cell(early, same), cell(late, same)) << same;
    EXPECT_EQ(cell(early, "close_kind"), "");
    EXPECT_NE(cell(late, "close_kind"), "");
}

void expect_same_as_offline(std::size_t max_half_open) {
    for (const std::string& name : sample_names()) {
        SCOPED_TRACE(name);
        const Analyzed offline = analyze_files({sample_path(name)});
        if (read_frames(sample_path(name)).empty()) continue;
        LiveAnalysisOptions patient;
        patient.analysis.max_half_open = max_half_open;
        patient.closed_linger = 60 * kSecond;
        patient.idle_timeout = patient.half_open_timeout = 0;
        const Seen seen = play(name, 0, 0, patient);
        ASSERT_EQ(seen.ends.size(), offline.records.size());
        std::map<std::uint64_t, const record::ConnectionRecord*> by_stream;
        for (const auto& r : seen.ends) by_stream[r.stream] = &r;
        for (const auto& r : offline.records) {
            const record::ConnectionRecord& live = *by_stream.at(r.stream);
            ASSERT_EQ(live.row.size(), r.row.size());
            for (std::size_t i = 0; i < r.row.size(); ++i) {
                const record::Value v = r.row.at(i);
                EXPECT_EQ(live.row.get(v.column()).text(), v.text()) << v.column().name;
            }
        }
    }
}

TEST(Live, EveryEndIsWhatTheFileAnalysisSays) { expect_same_as_offline(4096); }
TEST(Live, AlsoUnderASynFlood) { expect_same_as_offline(0); }

TEST(Live, AClosedConnectionEndsAfterItsLingerOnASilentLink) {
    const Seen seen = play("tls12-openssl-rsa.pcapng", 100, kSecond);
    EXPECT_EQ(seen.open.back(), 0U);
    ASSERT_EQ(seen.ends.size(), 1U);
    EXPECT_EQ(cell(seen.ends.front(), "end"), "closed");
}

TEST(Live, AnUnansweredSynEndsAfterTheHalfOpenTimeout) {
    const Seen seen = play("no-answer.pcap", 100, kSecond);
    ASSERT_FALSE(seen.ends.empty());
    EXPECT_EQ(cell(seen.ends.front(), "end"), "idle");
    EXPECT_EQ(cell(seen.ends.front(), "outcome"), "no_answer");
}

TEST(Live, EndsAfterAsManyConnectionsAsWanted) {
    LiveAnalysisOptions one;
    one.max_connections = 1;
    one.closed_linger = 0;
    const Seen seen = play("nginx-parallel-connections.pcapng", 1000, kSecond, one);
    EXPECT_LT(seen.open.size(), 1000U);
}

TEST(Live, AClockThatRunsBackEndsNothing) {
    LiveAnalysisOptions options;
    options.idle_timeout = kSecond;
    const Seen seen = play("tls12-openssl-rsa.pcapng", 10, -3600 * kSecond, options);
    ASSERT_EQ(seen.ends.size(), 1U);
    EXPECT_NE(cell(seen.ends.front(), "end"), "idle");
}

}  // namespace
}  // namespace tlsscope::pipeline
