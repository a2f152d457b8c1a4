// The live loop over a source that plays frames and then is silent: when rows come, and when idle connections end.
#include "pipeline/live.h"

#include <gtest/gtest.h>

#include <algorithm>
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
    /// `drops_from`: the frame from which on the kernel has dropped a packet; 0: it never does.
    Played(Frames frames, int silent, std::uint64_t drops_from = 0)
        : source_{std::move(frames)}, silent_{silent}, drops_from_{drops_from} {}

    bool next(capture::Frame& out) override { return next_batch({&out, 1}) == 1; }
    std::size_t next_batch(std::span<capture::Frame> out) override {
        if (source_.next(out.front())) {
            played_ = out.front().number;
            time_ = out.front().time;
            return 1;
        }
        ended_ = silent_-- <= 0;
        return 0;
    }
    bool ended() const override { return ended_; }
    std::shared_ptr<const void> hold() override { return source_.hold(); }
    const std::vector<capture::Problem>& problems() const override { return source_.problems(); }
    const capture::Extras& extras() const override { return source_.extras(); }
    std::uint64_t bytes_read() const override { return 0; }
    std::uint64_t bytes_total() const override { return 0; }
    capture::Drops drops() override {
        return {.received = played_, .kernel = drops_from_ != 0 && played_ >= drops_from_ ? 1U : 0U, .interface = 0};
    }
    bool waiting() const override { return false; }
    std::uint16_t link_type() const override { return 1; }
    record::Nanos time() const { return time_; }

  private:
    MemorySource source_;
    int silent_;
    std::uint64_t drops_from_;
    std::uint64_t played_ = 0;
    record::Nanos time_ = 0;
    bool ended_ = false;
};

struct Seen {
    std::vector<record::ConnectionRecord> handshakes;
    std::vector<record::ConnectionRecord> ends;
    std::vector<std::uint64_t> open;  // connections, by tick
    AnalysisResult result;
};

constexpr record::Nanos kSecond = 1'000'000'000;

/// The wall clock begins where the first packet was, and moves `step` with every look; without a step with the packets.
Seen play(Frames frames, int silent, record::Nanos step, LiveAnalysisOptions options, std::uint64_t drops_from = 0) {
    record::Nanos clock = frames.front().time;
    Played source{std::move(frames), silent, drops_from};
    options.tick = std::chrono::milliseconds{0};
    options.wall_clock = [&] { return step == 0 ? std::max(clock, source.time()) : clock += step; };
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

Seen play(const std::string& sample, int silent = 0, record::Nanos step = 0, const LiveAnalysisOptions& options = {},
          std::uint64_t drops_from = 0) {
    return play(read_frames(sample_path(sample)), silent, step, options, drops_from);
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

TEST(Live, AFailureIsToldWhenItHappens) {
    for (const std::string& name : sample_names()) {
        SCOPED_TRACE(name);
        if (read_frames(sample_path(name)).empty()) continue;
        const Seen seen = play(name);
        std::map<std::uint64_t, const record::ConnectionRecord*> told;
        for (const auto& r : seen.handshakes) EXPECT_TRUE(told.emplace(r.stream, &r).second) << "told twice";
        for (const auto& r : seen.ends) {
            const std::string end = cell(r, "end");
            const bool over = (end == "closed" || end == "reset") && !has_anomaly(r, "midstream");
            if (!over) continue;
            ASSERT_TRUE(told.contains(r.stream)) << r.stream;
            const record::ConnectionRecord& first = *told.at(r.stream);
            // In TLS 1.3 the server may refuse the client's certificate after the handshake was complete.
            if (cell(first, "tls_outcome") == "complete") continue;
            for (const char* same : {"sni", "version", "tls_outcome", "alert", "outcome"})
                EXPECT_EQ(cell(first, same), cell(r, same)) << same;
        }
    }
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

bool touched_by_loss(const record::ConnectionRecord& r) { return has_anomaly(r, "capture_loss"); }

TEST(Live, AConnectionThatWasOpenWhenPacketsWereDroppedSaysSo) {
    const Seen during = play("tls12-openssl-rsa.pcapng", 0, 0, {}, 8);
    ASSERT_EQ(during.ends.size(), 1U);
    EXPECT_TRUE(touched_by_loss(during.handshakes.front()));
    EXPECT_TRUE(touched_by_loss(during.ends.front()));
    const Seen never = play("tls12-openssl-rsa.pcapng");
    EXPECT_FALSE(touched_by_loss(never.ends.front()));
}

TEST(Live, LossBeforeAConnectionOrAfterItIsNotItsOwn) {
    const std::string sample = "port-reuse.pcap";  // one after the other
    const std::uint64_t frames = read_frames(sample_path(sample)).size();
    const Seen late = play(sample, 0, 0, {}, frames);
    ASSERT_GT(late.ends.size(), 1U);
    EXPECT_FALSE(touched_by_loss(late.ends.front()));
    EXPECT_TRUE(touched_by_loss(late.ends.back()));
    const Seen early = play(sample, 0, 0, {}, 6);
    EXPECT_TRUE(touched_by_loss(early.ends.front()));
    EXPECT_FALSE(touched_by_loss(early.ends.back()));
}

TEST(Live, ShowsEveryFrameAndWhoseItIs) {
    std::uint64_t shown = 0;
    std::map<std::uint64_t, std::uint64_t> of_stream;
    LiveAnalysisOptions options;
    options.analysis.frames = [&](std::span<const capture::Frame> f) { shown += f.size(); };
    options.segment = [&](std::uint64_t stream, std::uint64_t frame) {
        ++of_stream[stream];
        EXPECT_EQ(frame, shown) << "one frame in a batch here: it was shown just before";
    };
    const Seen seen = play("nginx-parallel-connections.pcapng", 0, 0, options);
    EXPECT_EQ(shown, seen.result.frames);
    EXPECT_EQ(of_stream.size(), seen.ends.size());
    for (const auto& r : seen.ends) {
        const std::int64_t packets = *number(r, "packets_client") + *number(r, "packets_server");
        EXPECT_EQ(of_stream[r.stream], static_cast<std::uint64_t>(packets));
    }
}

TEST(Live, StopsExactlyAfterAsManyFramesAsWanted) {
    std::uint64_t shown = 0;
    LiveAnalysisOptions options;
    options.analysis.max_frames = 5;
    options.analysis.frames = [&](std::span<const capture::Frame> f) { shown += f.size(); };
    EXPECT_EQ(play("tls12-openssl-rsa.pcapng", 0, 0, options).result.frames, 5U);
    EXPECT_EQ(shown, 5U);
}

/// The frames again, an hour earlier: the clock was set back.
Frames an_hour_back(const Frames& frames) {
    Frames out = frames;
    for (auto& f : out) f.time -= 3600 * kSecond;
    return out;
}

TEST(Live, AfterTheClockWasSetBackConnectionsLiveAsLongAsBefore) {
    const Frames first = read_frames(sample_path("no-answer.pcap"));
    Frames all = first;
    for (const auto& f : an_hour_back(read_frames(sample_path("tls12-openssl-rsa.pcapng")))) all.push_back(f);
    LiveAnalysisOptions options;
    options.closed_linger = 5 * kSecond;
    const Seen seen = play(all, 1, 0, options);
    ASSERT_FALSE(seen.ends.empty());
    for (const auto& r : seen.ends)
        EXPECT_TRUE(cell(r, "sni").empty() || cell(r, "end") != "idle") << "an hour behind, but not silent";
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
