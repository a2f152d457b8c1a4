// The same frames in another file, another number of files, for another number of threads, or cut short: relations M10
// to M12 and M14 of README.md, on every sample.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "support/capture_builder.h"
#include "support/facts.h"
#include "support/mutations.h"
#include "support/relations.h"
#include "support/rewrite.h"
#include "support/samples.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;

/// The relation, some times on every sample that it can be made of.
void expect_over_samples(std::string_view name, int rounds) {
    std::size_t used = 0;
    for (const std::string& sample : sample_names()) {
        Frames frames = read_frames(sample_path(sample));
        if (!fit_in_pcap(frames)) continue;
        ++used;
        const Subject s = make_subject(sample, std::move(frames));
        Dice dice{test_seed(), std::string{name} + sample};
        for (int round = 0; round < rounds; ++round)
            EXPECT_EQ(relation(name).broken(s, dice), "")
                << name << " on " << sample << "; repeat with TLSSCOPE_TEST_SEED=" << test_seed();
    }
    EXPECT_GT(used, 100U);
}

TEST(Carrier, M10EveryFileFormatGivesTheSameReport) { expect_over_samples("M10", 1); }
TEST(Carrier, M11TwoFilesReadAsOneGiveTheSameReport) { expect_over_samples("M11", 3); }

void expect_same_for_any_number_of_threads(const Frames& frames, const std::string& name) {
    const Analyzed alone = analyze_frames(frames);
    for (const unsigned threads : {2U, 3U, 8U}) {
        AnalysisOptions options;
        options.threads = threads;
        const Analyzed shared = analyze_frames(frames, options);
        for (const Format f : {Format::csv, Format::json, Format::table})
            EXPECT_EQ(report_text(shared, f), report_text(alone, f)) << name << " with " << threads << " threads";
        for (std::size_t i = 0; i < alone.result.accounting.size(); ++i) {
            const auto& mine = alone.result.accounting[i];
            const auto& theirs = shared.result.accounting.at(i);
            EXPECT_EQ(mine.total, theirs.total) << name << ": " << mine.name;
            EXPECT_TRUE(theirs.balanced()) << name << ": " << mine.name;
        }
    }
}

TEST(Carrier, M12AnyNumberOfThreadsGivesTheSameReport) {
    for (const std::string& name : sample_names())
        expect_same_for_any_number_of_threads(read_frames(sample_path(name)), name);
}

/// All plain samples in one: many connections, several batches for each worker.
TEST(Carrier, M12AnyNumberOfThreadsGivesTheSameReportForManyConnections) {
    Trace all;
    std::uint8_t n = 0;
    for (const std::string& name : sample_names()) {
        const auto trace = take_apart(read_frames(sample_path(name)));
        if (!trace) continue;
        const Trace renamed = rename_addresses(*trace, ++n);
        all.insert(all.end(), renamed.begin(), renamed.end());
    }
    ASSERT_GT(n, 100);
    record::Nanos clock = kStart;
    for (TracePacket& p : all) p.time = clock += kMillisecond;
    const Frames frames = put_together(all);
    ASSERT_GT(analyze_frames(frames).records.size(), 60U);
    expect_same_for_any_number_of_threads(frames, "all samples");
}

TEST(Carrier, M14AnySnapLengthLeavesFieldsEqualOrEmpty) {
    std::size_t connections = 0, missing = 0;
    for (const std::string& name : sample_names()) {
        const Frames frames = read_frames(sample_path(name));
        if (frames.empty() || frames.size() > 400) continue;
        const Analyzed whole = analyze_frames(frames);
        std::size_t longest = 0;
        for (const OwnedFrame& f : frames) longest = std::max(longest, f.data.size());
        const std::size_t step = 37;
        for (std::size_t snap = 54 + Dice{test_seed(), name}.below(step); snap < std::min<std::size_t>(longest, 1514);
             snap += step) {
            Frames cut = frames;
            for (OwnedFrame& f : cut) f.data.resize(std::min(f.data.size(), snap));
            const Analyzed left = analyze_frames(cut);
            if (left.records.size() != whole.records.size()) continue;  // headers themselves were cut off
            for (std::size_t i = 0; i < whole.records.size(); ++i) {
                ++connections;
                const Facts truth = facts_of(whole.records[i]);
                EXPECT_EQ(lies(left.records[i], truth), "")
                    << "M14: " << name << ", stream " << i << ", snap length " << snap;
                if (facts_of(left.records[i]).size() >= truth.size()) continue;
                ++missing;
                EXPECT_FALSE(left.records[i].anomalies.entries().empty())
                    << "M14: " << name << ", stream " << i << ", snap length " << snap << ": nothing says why";
            }
        }
    }
    std::cout << "M14: " << connections << " connections, " << missing << " with fields missing\n";
    EXPECT_GT(missing, 500U);
}

}  // namespace
}  // namespace tlsscope::pipeline
