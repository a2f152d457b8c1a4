// T26: every way two and three segments can lie to each other (Allen's interval algebra, as PYROLYSE tries them on
// systems), in every order of arrival, with the same bytes and with others, against a byte map: the first copy counts.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "flow/assembler.h"

namespace tlsscope::flow {
namespace {

constexpr std::size_t kPoints = 6;  // three intervals have no more ends than that
constexpr std::size_t kUnit = 4;    // bytes from one to the next: single bytes might be keep-alives
constexpr std::size_t kFront = 1;   // bytes before the first point

struct Interval {
    std::size_t from, to;
    std::size_t offset() const { return kFront + from * kUnit; }
    std::size_t size() const { return (to - from) * kUnit; }
};

std::vector<Interval> intervals() {
    std::vector<Interval> out;
    for (std::size_t from = 0; from < kPoints; ++from)
        for (std::size_t to = from + 1; to < kPoints; ++to) out.push_back({from, to});
    return out;
}

/// Which of the thirteen it is, as a key: how each end lies to each.
int relation(const Interval& a, const Interval& b) {
    const auto order = [](std::size_t x, std::size_t y) { return x < y ? 0 : x == y ? 1 : 2; };
    return order(a.from, b.from) + 3 * order(a.from, b.to) + 9 * order(a.to, b.from) + 27 * order(a.to, b.to);
}

struct Collector final : Assembler::Receiver {
    std::map<std::uint64_t, std::uint8_t> bytes;
    std::uint64_t missing = 0;
    std::set<std::uint64_t> conflicts;  // by frame: a segment may differ from what was handed on and from what is held
    void deliver(Chunk c) override {
        for (std::size_t i = 0; i < c.data.size(); ++i) EXPECT_TRUE(bytes.emplace(c.offset + i, c.data[i]).second);
    }
    void gap(Gap g) override { missing += g.length; }
    void conflict(Evidence at) override { conflicts.insert(at.frame); }
};

/// First copy of each byte.
struct Model {
    std::map<std::uint64_t, std::uint8_t> bytes;
    std::size_t conflicts = 0;
    void insert(std::uint64_t offset, const std::vector<std::uint8_t>& data) {
        bool differs = false;
        for (std::size_t i = 0; i < data.size(); ++i)
            differs |= bytes.emplace(offset + i, data[i]).first->second != data[i];
        conflicts += differs ? 1U : 0U;
    }
    std::uint64_t missing() const { return bytes.rbegin()->first + 1 - bytes.size(); }
};

/// Bytes of the segment that arrives as number `copy`; the same for all, or its own.
std::vector<std::uint8_t> content(const Interval& i, std::size_t copy, bool same) {
    std::vector<std::uint8_t> out;
    for (std::size_t at = 0; at < i.size(); ++at)
        out.push_back(static_cast<std::uint8_t>(i.offset() + at + (same ? 0 : 100 * copy)));
    return out;
}

/// With a hole in front everything is held until its byte comes; else what is in order is handed on at once.
void expect_first_copies(const std::vector<Interval>& arriving, bool same, bool hole_in_front) {
    Assembler a;
    ReassemblyBudget budget;
    Collector got;
    Model model;
    std::uint64_t frame = 0, handed_in = 0;
    const auto insert = [&](std::uint64_t offset, const std::vector<std::uint8_t>& data) {
        const Evidence at{static_cast<record::Nanos>(++frame), frame};
        handed_in += data.size();
        a.insert(offset, data, static_cast<std::uint32_t>(data.size()), at, budget, got);
        model.insert(offset, data);
    };
    if (!hole_in_front) insert(0, {'f'});
    for (std::size_t i = 0; i < arriving.size(); ++i) insert(arriving[i].offset(), content(arriving[i], i, same));
    if (hole_in_front) insert(0, {'f'});
    a.give_up_to(a.held_end(), Gap::Why::end, {1, frame}, budget, got);

    EXPECT_EQ(got.bytes, model.bytes);
    EXPECT_EQ(got.missing, model.missing());
    // Of what was handed on only hashes of its pieces remain: a copy that is cut otherwise cannot be compared.
    const std::size_t seen = got.conflicts.size();
    const bool all_are_held = same || hole_in_front;
    EXPECT_TRUE(all_are_held ? seen == model.conflicts : seen <= model.conflicts) << seen;
    EXPECT_EQ(a.fate().delivered + a.fate().duplicate, handed_in);
    EXPECT_EQ(budget.used, 0U);
}

void expect_first_copies(const std::vector<Interval>& arriving) {
    std::string trace;
    for (const Interval& i : arriving) trace += " [" + std::to_string(i.from) + ", " + std::to_string(i.to) + ")";
    SCOPED_TRACE(trace);
    for (const bool same : {true, false})
        for (const bool hole_in_front : {true, false}) expect_first_copies(arriving, same, hole_in_front);
}

TEST(Overlap, T26_TheThirteenRelationsOfTwoSegments) {
    std::set<int> relations;
    for (const Interval& a : intervals()) {
        for (const Interval& b : intervals()) {
            relations.insert(relation(a, b));
            expect_first_copies({a, b});
        }
    }
    EXPECT_EQ(relations.size(), 13U);
}

// Of 13^3 = 2,197 triplets of relations 409 can be; the others contradict themselves (Allen 1983, the table of
// compositions).
TEST(Overlap, T26_EveryTripletOfRelationsThatCanBe) {
    std::set<std::vector<int>> triplets;
    for (const Interval& a : intervals()) {
        for (const Interval& b : intervals()) {
            for (const Interval& c : intervals()) {
                triplets.insert({relation(a, b), relation(b, c), relation(a, c)});
                expect_first_copies({a, b, c});
            }
        }
    }
    EXPECT_EQ(triplets.size(), 409U);
}

}  // namespace
}  // namespace tlsscope::flow
