// Every packet and byte is somewhere, every number can be traced to a frame, and the phases of a handshake add up: on
// every sample, and on a larger collection of captures where there is one. What the parts of the accounts hold:
// - packets: tcp, fragment (of what became one), other_* by protocol, undecodable_* by reason;
// - bytes: delivered; after_handshake; duplicate: copies, overlaps that were not used among them; ignored: out of
//   window, of wrong checksum or time stamp, keep-alives; cut_by_snaplen; captured_twice; dropped: at a limit, or
//   behind a hole that stayed. Holes are in none: their bytes were never captured;
// - connections: reported; half_open_not_listed: of a flood, beyond the limit, counted by target.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <iostream>

#include "support/accounts.h"
#include "support/facts.h"
#include "support/samples.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;

void expect_frames_exist(const Analyzed& run) {
    const std::uint64_t last = run.result.frames;
    for (const auto& r : run.records) {
        SCOPED_TRACE("stream " + std::to_string(r.stream));
        EXPECT_TRUE(r.first_frame >= 1 && r.first_frame <= last) << r.first_frame;
        for (const auto& e : r.timeline.entries())
            EXPECT_TRUE(e.at.frame >= r.first_frame && e.at.frame <= last)
                << e.mark->name << " in frame " << e.at.frame;
        for (const std::uint64_t f : r.evidence_frames) EXPECT_TRUE(f >= 1 && f <= last) << "evidence " << f;
        for (const auto& e : r.anomalies.entries())
            EXPECT_TRUE(e.first_frame >= 1 && e.first_frame <= last && e.count >= 1)
                << e.anomaly->name << " in frame " << e.first_frame;
    }
}

void expect_order(const Analyzed& run) {
    for (std::size_t i = 0; i < run.records.size(); ++i) {
        EXPECT_EQ(run.records[i].stream, i);
        if (i == 0) continue;
        EXPECT_LT(run.records[i - 1].first_frame, run.records[i].first_frame);
    }
}

/// True when there was a whole handshake to add up.
bool expect_phases_add_up(const record::ConnectionRecord& r, const record::Schema& schema) {
    std::int64_t sum = 0;
    bool all = true;
    for (const auto& vocabulary : schema.vocabularies()) {
        for (const record::Span& s : vocabulary.spans) {
            const record::Value v = r.row.get(s.column);
            if (v.empty()) {
                // The server finishes first in TLS 1.3 and in an abbreviated handshake: that phase has no length then.
                all = all && (!s.phase || s.column.name == "server_finish_ms");
                continue;
            }
            EXPECT_GE(v.integer(), 0) << s.column.name;
            if (s.phase) sum += v.integer();
        }
    }
    const auto whole = number(r, "tls_ms");
    if (!all || !whole) return false;
    EXPECT_EQ(sum, *whole) << "stream " << r.stream << " " << endpoints(r);
    return true;
}

std::size_t expect_all(const Analyzed& run) {
    static const record::Schema kSchema = make_schema();
    EXPECT_EQ(unbalanced(run), "");
    expect_frames_exist(run);
    expect_order(run);
    std::size_t whole = 0;
    for (const auto& r : run.records) whole += expect_phases_add_up(r, kSchema) ? 1U : 0U;
    return whole;
}

TEST(Accounting, OfEverySample) {
    std::size_t handshakes = 0;
    for (const std::string& name : sample_names()) {
        SCOPED_TRACE(name);
        handshakes += expect_all(analyze_files({sample_path(name)}));
    }
    EXPECT_GT(handshakes, 80U);
}

TEST(Accounting, OfEverySampleWithThreads) {
    AnalysisOptions options;
    options.threads = 3;
    for (const std::string& name : sample_names()) {
        SCOPED_TRACE(name);
        expect_all(analyze_files({sample_path(name)}, options));
    }
}

/// A larger collection, which lies beside the repository where somebody has put one.
TEST(Accounting, OfTheCorpus) {
    const std::string folder = source_path("../shared/corpus/captures");
    const auto files = files_below(folder);
    if (files.empty()) GTEST_SKIP() << "no captures in ../shared/corpus/captures";
    constexpr std::chrono::seconds kLimit{40};
    const auto start = std::chrono::steady_clock::now();
    std::size_t handshakes = 0, read = 0;
    for (const std::string& file : files) {
        if (std::chrono::steady_clock::now() - start > kLimit) break;
        SCOPED_TRACE(file);
        handshakes += expect_all(analyze_files({file}));
        ++read;
    }
    std::cout << read << " of " << files.size() << " captures, " << handshakes << " whole handshakes\n";
    EXPECT_GT(handshakes, 50U);
}

}  // namespace
}  // namespace tlsscope::pipeline
