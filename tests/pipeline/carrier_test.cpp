// The same frames in another file, another number of files, for another number of threads, or cut short: relations M10
// to M12 and M14 of README.md, on every sample.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "support/capture_builder.h"
#include "support/carriers.h"
#include "support/facts.h"
#include "support/mutations.h"
#include "support/samples.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;

bool one_link_with_times(const Frames& frames) {
    for (const OwnedFrame& f : frames)
        if (f.link_type != frames.front().link_type || f.fcs_length != 0 || f.time == record::kNoTime) return false;
    return !frames.empty();
}

bool any_fraction_of_a_microsecond(const Frames& frames) {
    return std::any_of(frames.begin(), frames.end(), [](const OwnedFrame& f) { return f.time % 1000 != 0; });
}

std::string csv_of_file(const Buffer& file) {
    const TempFile on_disk{file};
    return report_text(analyze_files({on_disk.path()}), Format::csv);
}

TEST(Carrier, M10EveryFileFormatGivesTheSameReport) {
    std::size_t used = 0;
    for (const std::string& name : sample_names()) {
        SCOPED_TRACE(name);
        const Frames frames = read_frames(sample_path(name));
        if (!one_link_with_times(frames)) continue;
        ++used;
        const std::string expected = report_text(analyze_frames(frames), Format::csv);
        EXPECT_EQ(csv_of_file(as_pcap(frames, {.nanoseconds = true})), expected);
        EXPECT_EQ(csv_of_file(as_pcap(frames, {.big_endian = true, .nanoseconds = true})), expected);
        EXPECT_EQ(csv_of_file(as_pcapng(frames, false)), expected);
        EXPECT_EQ(csv_of_file(as_pcapng(frames, true)), expected);
        EXPECT_EQ(csv_of_file(gzipped(as_pcapng(frames, false))), expected);
        if (any_fraction_of_a_microsecond(frames)) continue;
        EXPECT_EQ(csv_of_file(as_pcap(frames, {})), expected);
        EXPECT_EQ(csv_of_file(as_pcap(frames, {.big_endian = true})), expected);
        EXPECT_EQ(csv_of_file(as_pcap(frames, {.modified = true})), expected);
    }
    EXPECT_GT(used, 100U);
}

TEST(Carrier, M11TwoFilesReadAsOneGiveTheSameReport) {
    std::size_t used = 0;
    for (const std::string& name : sample_names()) {
        const Frames frames = read_frames(sample_path(name));
        if (frames.size() < 2 || !one_link_with_times(frames)) continue;
        Dice dice{test_seed(), "M11" + name};
        const std::string expected = report_text(analyze_frames(frames), Format::csv);
        for (int round = 0; round < 3; ++round) {
            const auto cut = static_cast<std::ptrdiff_t>(1 + dice.below(frames.size() - 1));
            const Frames first{frames.begin(), frames.begin() + cut}, second{frames.begin() + cut, frames.end()};
            if (second.front().time < first.front().time) continue;  // files are read in order of their first packet
            const TempDir folder;
            const std::string a = folder.write("part-1.pcap", as_pcap(first, {.nanoseconds = true}));
            const std::string b = folder.write("part-2.pcapng", as_pcapng(second, true));
            ++used;
            const Analyzed both = analyze_files({a, b});
            EXPECT_EQ(report_text(both, Format::csv), expected)
                << name << " cut after frame " << cut << ", TLSSCOPE_TEST_SEED=" << test_seed();
            EXPECT_TRUE(both.problems.empty()) << both.problems.front().text();
        }
    }
    EXPECT_GT(used, 200U);
}

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

/// The capture's own limits, not a statement about the connection.
bool says_how_much_was_seen(const std::string& column) {
    static const std::set<std::string> kSuch = {"tls_outcome", "established", "inferred", "tls_records", "tls_rtts"};
    return kSuch.contains(column);
}

/// Less was seen, so less is said: not another fact.
bool is_weaker(const std::string& column, const std::string& before, const std::string& after) {
    if (column == "client_auth") return (before == "sent" || before == "declined") && after == "requested";
    return column == "early_data" && (before == "accepted" || before == "rejected") && after != "accepted" &&
           after != "rejected";
}

std::string lies(const record::ConnectionRecord& cut, const Facts& truth) {
    std::string out;
    for (const auto& [column, value] : facts_of(cut)) {
        if (says_how_much_was_seen(column)) continue;
        const auto it = truth.find(column);
        if (it == truth.end()) out += column + " was empty, became '" + value + "'\n";
        else if (it->second != value && !is_weaker(column, it->second, value))
            out += column + " was '" + it->second + "', became '" + value + "'\n";
    }
    return out;
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
