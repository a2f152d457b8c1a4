// How half-open connections are kept changes no report: every sample, every connection of it step by step.
#include <gtest/gtest.h>

#include <limits>

#include "report/explain.h"
#include "support/facts.h"
#include "support/mutations.h"
#include "support/samples.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;

/// The whole report, and each connection explained.
std::string everything(const Frames& frames, std::size_t max_half_open, unsigned threads) {
    static const record::Schema kSchema = make_schema();
    AnalysisOptions options;
    options.max_half_open = max_half_open;
    options.threads = threads;
    options.first_ladders = std::numeric_limits<std::uint32_t>::max();
    const Analyzed run = analyze_frames(frames, options);
    std::string text = report_text(run, Format::json);
    const auto out = report::output_to(text);
    for (const auto& r : run.records) report::explain(r, kSchema, {"tlsscope", {"capture"}}, {.width = 200}, *out);
    out->finish();
    return text;
}

void expect_no_difference(const Frames& frames) {
    const std::string whole = everything(frames, 4096, 1);
    EXPECT_EQ(everything(frames, 0, 1), whole);
    EXPECT_EQ(everything(frames, 1, 1), whole);
    EXPECT_EQ(everything(frames, 0, 3), everything(frames, 4096, 3));
}

TEST(HalfOpen, KeptCompactlyGiveTheSameReports) {
    for (const std::string& name : sample_names()) {
        SCOPED_TRACE(name);
        expect_no_difference(read_frames(sample_path(name)));
    }
}

// Duplicated and reordered: SYNs behind SYN/ACKs, and repetitions captured twice.
TEST(HalfOpen, AlsoOfDisturbedCaptures) {
    std::size_t used = 0;
    for (const std::string& name : sample_names()) {
        SCOPED_TRACE(name + "; repeat with TLSSCOPE_TEST_SEED=" + std::to_string(test_seed()));
        const Frames frames = read_frames(sample_path(name));
        if (frames.empty() || frames.size() > 400) continue;
        const auto trace = take_apart(frames);
        if (!trace) continue;
        Dice dice{test_seed(), "half-open" + name};
        expect_no_difference(put_together(reorder_segments(duplicate_segments(*trace, dice), dice)));
        ++used;
    }
    EXPECT_GT(used, 50U);
}

}  // namespace
}  // namespace tlsscope::pipeline
