// The metamorphic relations over every sample, and over a collection of captures where there is one. A failure names
// the seed; TLSSCOPE_TEST_SEED=<seed> repeats it, other seeds try other changes.
#include "support/relations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "support/samples.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;
using Clock = std::chrono::steady_clock;

/// A capture of which a relation does not hold, and why that is right.
struct Exception {
    std::string_view relation;
    std::string_view capture;  ///< the end of its path
    std::string_view reason;
};

constexpr std::array kExceptions{
    Exception{"M1", "openvpn.pcap",
              "TLS inside of OpenVPN's framing: in a stream nobody claims only the starts of segments are looked at"},
    Exception{"M1", "openvpn_nohmac_tcp.pcapng", "the same"},
    Exception{"M4", "overlap-conflicting-data.pcap",
              "two copies of the same bytes differ: which comes first is the question"},
    Exception{"M4", "smtps.pcapng",
              "the server speaks first, or answers the ClientHello with something else: the order says which"},
};

bool is_exception(const Relation& r, const std::string& name) {
    return std::any_of(kExceptions.begin(), kExceptions.end(),
                       [&](const Exception& e) { return e.relation == r.name && name.ends_with(e.capture); });
}

std::string replay(const Relation& r, const std::string& name) {
    return std::string{r.name} + " on " + name + "; repeat with TLSSCOPE_TEST_SEED=" + std::to_string(test_seed());
}

const std::vector<Subject>& samples() {
    static const std::vector<Subject> all = [] {
        std::vector<Subject> out;
        for (const std::string& name : sample_names()) {
            Frames frames = read_frames(sample_path(name));
            if (!frames.empty()) out.push_back(make_subject(name, std::move(frames)));
        }
        return out;
    }();
    return all;
}

void expect_over_samples(std::string_view name, int rounds) {
    const Relation& r = relation(name);
    std::size_t used = 0;
    for (const Subject& s : samples()) {
        if ((r.needs_trace && !s.trace) || is_exception(r, s.name)) continue;
        ++used;
        Dice dice{test_seed(), std::string{name} + s.name};
        for (int round = s.frames.size() > 400 ? rounds : 1; round <= rounds; ++round)
            EXPECT_EQ(r.broken(s, dice), "") << replay(r, s.name);
    }
    EXPECT_GT(used, 80U);
}

TEST(Relations, M7_OtherNamesOneToOne) { expect_over_samples("M7", 2); }
TEST(Relations, M8_OtherNetworkAndLinkLayers) { expect_over_samples("M8", 1); }
TEST(Relations, M9_FragmentedPackets) { expect_over_samples("M9", 3); }
TEST(Relations, M12_AnyBatchSizeAndNumberOfThreads) { expect_over_samples("M12", 1); }
TEST(Relations, M15_Noise) { expect_over_samples("M15", 3); }
TEST(Relations, M16_OtherTimes) { expect_over_samples("M16", 2); }

/// One line for each relation that does not hold. Gives up on a capture that takes too long.
std::size_t check_capture(const std::string& path, const std::string& shown) {
    constexpr std::chrono::seconds kLongest{60};
    constexpr std::size_t kMostFrames = 30'000;
    Frames frames = read_frames(path);
    if (frames.empty() || frames.size() > kMostFrames) return 0;
    const auto start = Clock::now();
    const Subject s = make_subject(shown, std::move(frames));
    std::size_t checked = 0;
    for (const Relation& r : relations()) {
        if ((r.needs_trace && !s.trace) || is_exception(r, shown)) continue;
        if (Clock::now() - start > kLongest) {
            std::cout << shown << ": took too long, stopped before " << r.name << std::endl;
            break;
        }
        Dice dice{test_seed(), std::string{r.name} + shown};
        EXPECT_EQ(r.broken(s, dice), "") << replay(r, shown);
        ++checked;
    }
    return checked;
}

/// TLSSCOPE_RELATIONS_CORPUS names a folder, all of which is read (tools/dev relations); else every 30th capture of
/// ../shared/corpus, where there is one.
TEST(Relations, OfTheCorpus) {
    const char* given = std::getenv("TLSSCOPE_RELATIONS_CORPUS");
    const std::string folder = given != nullptr ? given : source_path("../shared/corpus/captures");
    const auto files = files_below(folder);
    if (files.empty()) GTEST_SKIP() << "no captures in " << folder;
    const std::size_t step = given != nullptr ? 1 : 30;
    std::size_t captures = 0, checked = 0;
    for (std::size_t i = 0; i < files.size(); i += step) {
        const std::size_t n = check_capture(files[i], files[i].substr(folder.size() + 1));
        captures += n != 0 ? 1 : 0;
        checked += n;
    }
    std::cout << captures << " of " << files.size() << " captures, " << checked << " relations checked\n";
    EXPECT_GT(captures, files.size() / step / 2);
}

}  // namespace
}  // namespace tlsscope::pipeline
