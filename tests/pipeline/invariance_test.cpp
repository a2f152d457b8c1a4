// Changes to a capture that must leave every fact of TLS as it was, on every sample: the metamorphic relations M1 to
// M14 of README.md. A failure names the seed; TLSSCOPE_TEST_SEED=<seed> repeats it, other seeds try other changes.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <set>

#include "support/facts.h"
#include "support/mutations.h"
#include "support/relations.h"
#include "support/samples.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;
using ByConnection = std::map<std::string, Facts>;

std::string replay(const std::string& name, int round = 0) {
    return name + ", round " + std::to_string(round) +
           "; repeat with TLSSCOPE_TEST_SEED=" + std::to_string(test_seed());
}

struct Sample {
    std::string name;
    Frames frames;
    std::optional<Trace> trace;  ///< where it can be taken apart
};

/// All samples, read once.
const std::vector<Sample>& samples() {
    static const std::vector<Sample> all = [] {
        std::vector<Sample> out;
        for (const std::string& name : sample_names()) {
            Sample s{name, read_frames(sample_path(name)), {}};
            if (!s.frames.empty()) s.trace = take_apart(s.frames);
            out.push_back(std::move(s));
        }
        return out;
    }();
    return all;
}

using Mutation = std::function<Trace(const Trace&, Dice&)>;

/// Applies a packet-level mutation some times to each sample that can be taken apart. `unfit` says which ones do not
/// have to stay the same, and why.
void expect_same_facts(const std::string& relation, int rounds, const Mutation& mutate,
                       const std::set<std::string>& unfit = {}) {
    std::size_t used = 0, skipped = 0, facts = 0;
    for (const Sample& s : samples()) {
        if (!s.trace || unfit.contains(s.name)) {
            ++skipped;
            continue;
        }
        ++used;
        const ByConnection before = facts_by_connection(analyze_frames(s.frames));
        for (const auto& [connection, cells] : before) facts += cells.size();
        Dice dice{test_seed(), relation + s.name};
        const int times = s.frames.size() > 400 ? 1 : rounds;
        for (int round = 0; round < times; ++round) {
            const Analyzed changed = analyze_frames(put_together(mutate(*s.trace, dice)));
            EXPECT_EQ(difference(before, facts_by_connection(changed)), "")
                << relation << ": " << replay(s.name, round);
            for (const auto& account : changed.result.accounting) EXPECT_TRUE(account.balanced()) << account.name;
        }
    }
    std::cout << relation << ": " << used << " samples, " << facts << " facts, " << skipped << " samples left out\n";
    EXPECT_GT(used, 50U);
    EXPECT_GT(facts, 1000U);
}

TEST(Invariance, TakingApartAndPuttingTogetherChangesNothing) {
    std::size_t whole = 0;
    for (const Sample& s : samples()) {
        if (!s.trace || s.name == "tls12-offload-bad-checksums.pcap") continue;
        const Frames again = put_together(*s.trace);
        ASSERT_EQ(again.size(), s.frames.size());
        for (std::size_t i = 0; i < again.size(); ++i) {
            // Padding behind the IP packet is not carried along.
            ASSERT_LE(again[i].data.size(), s.frames[i].data.size()) << s.name;
            const bool same = std::equal(again[i].data.begin(), again[i].data.end(), s.frames[i].data.begin());
            whole += same ? 1 : 0;
        }
    }
    EXPECT_GT(whole, 1000U);
}

TEST(Invariance, M1SplitSegments) { expect_same_facts("M1", 3, split_segments); }
TEST(Invariance, M2MergedSegments) { expect_same_facts("M2", 3, merge_segments); }
TEST(Invariance, M3DuplicatedSegments) { expect_same_facts("M3", 3, duplicate_segments); }
TEST(Invariance, M5WrappingSequenceNumbers) { expect_same_facts("M5", 3, wrap_sequence_numbers); }

TEST(Invariance, M4ReorderedSegments) {
    // Two copies of the same bytes with different content: which one comes first is the very question.
    expect_same_facts("M4", 4, reorder_segments, {"overlap-conflicting-data.pcap"});
}

TEST(Invariance, AllOfThemTogether) {
    expect_same_facts("M1-M5", 2,
                      [](const Trace& t, Dice& dice) {
                          return wrap_sequence_numbers(
                              reorder_segments(split_segments(merge_segments(t, dice), dice), dice), dice);
                      },
                      {"overlap-conflicting-data.pcap"});
}

TEST(Invariance, M6InterleavedFlows) {
    std::vector<const Sample*> plain;
    for (const Sample& s : samples())
        if (s.trace && s.trace->front().time != record::kNoTime && s.frames.size() < 400) plain.push_back(&s);
    ASSERT_GT(plain.size(), 50U);
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const Sample& a = *plain[i];
        const Sample& b = *plain[(i + 7) % plain.size()];
        Dice dice{test_seed(), "M6" + a.name};
        // The second capture lives in the time of the first.
        const auto wanted = [](const record::Column& c) { return is_tls_fact(c) && !is_judged_by_date(c); };
        ByConnection expected = facts_by_connection(analyze_frames(a.frames), wanted);
        expected.merge(facts_by_connection(analyze_frames(put_together(rename_addresses(*b.trace, 0x40))), wanted));
        const auto together =
            facts_by_connection(analyze_frames(put_together(interleave(*a.trace, *b.trace, dice))), wanted);
        EXPECT_EQ(difference(expected, together), "") << replay(a.name + " with " + b.name);
    }
}

TEST(Invariance, M13PacketsLostAfterTheHandshake) {
    std::size_t dropped = 0;
    for (const Sample& s : samples()) {
        // The client's Finished is in the same protected flight as its certificate: what follows shows that it was one.
        if (s.name == "tls13-client-cert.pcap") continue;
        const Analyzed whole = analyze_frames(s.frames);
        const auto complete = end_of_handshakes(whole, s.frames.size());
        if (!complete) continue;
        const ByConnection before = facts_by_connection(whole, is_of_the_handshake);
        Dice dice{test_seed(), "M13" + s.name};
        for (int round = 0; round < 4; ++round) {
            Frames lossy = {s.frames.begin(), s.frames.begin() + static_cast<std::ptrdiff_t>(*complete)};
            for (std::size_t i = *complete; i < s.frames.size(); ++i)
                if (dice.chance(60)) lossy.push_back(s.frames[i]);
            dropped += s.frames.size() - lossy.size();
            const auto changed = facts_by_connection(analyze_frames(lossy), is_of_the_handshake);
            EXPECT_EQ(difference(before, changed), "") << "M13: " << replay(s.name, round);
        }
    }
    EXPECT_GT(dropped, 1000U);
}

}  // namespace
}  // namespace tlsscope::pipeline
