#include "live_view/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "grid.h"
#include "report/ladders.h"

namespace tlsscope::live_view {
namespace {

std::uint64_t count_of(const Model& model, std::string_view outcome) {
    for (const Figures::Outcome& o : model.figures().outcomes())
        if (o.name == outcome) return o.count;
    return 0;
}

TEST(Model, MemoryIsBoundedForAMillionConnections) {
    Model model = make_model();
    const Limits limits;
    for (std::uint64_t i = 0; i < 1'000'000; ++i) {
        record::ConnectionRecord r;
        r.stream = i;
        r.outcome = "outcome " + std::to_string(i % 40);  // more than there are
        r.row.set_text(synthetic::column("sni"), host(i));
        r.row.set_millis(synthetic::kSpans[1].column, static_cast<record::Nanos>(i % 1000) * kMs);
        model.add(std::move(r));
        if (i % 50'000 == 0) (void)drawn(model);
    }
    EXPECT_EQ(model.rows().all().size(), limits.rows);
    EXPECT_LE(model.rows().bytes(), limits.bytes);
    EXPECT_EQ(model.figures().connections(), 1'000'000U);
    EXPECT_EQ(model.figures().outcomes().size(), 33U);
    EXPECT_EQ(count_of(model, "other"), 200'000U);  // 8 of 40
    EXPECT_EQ(model.rows().all().back()->record.stream, 999'999U);
    EXPECT_EQ(model.rows().find(0), nullptr);
    EXPECT_NE(model.rows().find(999'000), nullptr);
}

TEST(Model, MemoryOfBigRecordsIsBoundedToo) {
    Model model = make_model({.rows = 10'000, .bytes = 1 << 20});
    for (std::uint64_t i = 0; i < 1000; ++i) {
        model.add(synthetic::connection(i, std::string(65536, 'a')));
        ASSERT_LE(model.rows().bytes(), 1U << 20);
    }
    EXPECT_GT(model.rows().all().size(), 2U);
    std::size_t sum = 0;
    for (const auto& e : model.rows().all()) sum += e->footprint;
    EXPECT_EQ(sum, model.rows().bytes());
}

TEST(Model, LaddersAreForgottenBeforeConnections) {
    Model model = make_model({.rows = 100, .bytes = 400'000});
    for (std::uint64_t i = 0; i < 100; ++i) {
        record::ConnectionRecord r = synthetic::textbook();
        r.stream = i;
        model.add(std::move(r));
    }
    EXPECT_EQ(model.rows().all().size(), 100U);
    EXPECT_LE(model.rows().bytes(), 400'000U);
    EXPECT_EQ(model.rows().all().front()->record.ladder, nullptr);
    EXPECT_NE(model.rows().all().back()->record.ladder, nullptr);
    // One that comes with a ladder again, by its update.
    record::ConnectionRecord again = synthetic::textbook();
    again.stream = 0;
    model.update(std::move(again));
    EXPECT_LE(model.rows().bytes(), 400'000U);
}

TEST(Model, AnUpdateReplacesTheRowAndCountsNothingTwice) {
    Model model = make_model();
    add(model, 0, 3);
    record::ConnectionRecord closed = synthetic::failed_connection(1);
    model.update(std::move(closed));
    model.tick({});
    EXPECT_EQ(model.rows().all().size(), 3U);
    EXPECT_EQ(model.rows().find(1)->record.outcome, "failed");
    EXPECT_EQ(model.rows().all()[1]->record.stream, 1U);  // where it was
    EXPECT_EQ(model.figures().connections(), 3U);
    EXPECT_EQ(count_of(model, "complete"), 2U);
    EXPECT_EQ(count_of(model, "failed"), 1U);
    EXPECT_EQ(model.figures().tls().all().count, 3U);
}

TEST(Model, AnUpdateMayBringWhatWasNotMeasuredYet) {
    Model model = make_model();
    record::ConnectionRecord r;
    r.stream = 5;
    r.outcome = "incomplete";
    model.add(std::move(r));
    model.update(synthetic::connection(5));
    model.tick({});
    EXPECT_EQ(model.figures().tls().all().count, 1U);
    EXPECT_EQ(count_of(model, "incomplete"), 0U);
    EXPECT_EQ(count_of(model, "complete"), 1U);
}

TEST(Model, AnUpdateOfAForgottenConnectionChangesNothing) {
    Model model = make_model({.rows = 10, .bytes = 1 << 20});
    add(model, 0, 30);
    model.update(synthetic::failed_connection(3));
    EXPECT_EQ(model.rows().find(3), nullptr);
    EXPECT_EQ(model.figures().connections(), 30U);
    EXPECT_EQ(count_of(model, "failed"), 0U);
}

TEST(Figures, RatesAreOfTheLastSeconds) {
    Model model = make_model();
    Stats s;
    for (int i = 0; i <= 40; ++i) {  // ten seconds with 100 packets/s, then ten with 300
        s.now = synthetic::kStart + i * 500 * kMs;
        s.packets += i == 0 ? 0 : i <= 20 ? 50 : 150;
        s.bytes = s.packets * 10;
        add(model, static_cast<std::uint64_t>(i) * 2, static_cast<std::uint64_t>(i) * 2 + 2);
        model.tick(s);
        if (i == 20) {
            EXPECT_NEAR(model.figures().rates().packets, 100, 0.1);
        }
    }
    EXPECT_NEAR(model.figures().rates().packets, 300, 0.1);
    EXPECT_NEAR(model.figures().rates().bytes, 3000, 1);
    EXPECT_NEAR(model.figures().rates().handshakes, 4, 0.01);
    EXPECT_EQ(model.figures().running(), 20'000 * kMs);
}

TEST(Figures, AClockThatStepsBackGivesNoNonsense) {
    Model model = make_model();
    Stats s;
    s.now = synthetic::kStart;
    model.tick(s);
    s.now -= 3'600'000 * kMs;
    s.packets = 1000;
    model.tick(s);
    EXPECT_EQ(model.figures().running(), 0);
    EXPECT_GE(model.figures().rates().packets, 0);
    s.now += 1000 * kMs;
    s.packets = 1500;
    model.tick(s);
    EXPECT_NEAR(model.figures().rates().packets, 500, 0.1);
    s.now = record::kNoTime;
    model.tick(s);
    s.now = std::numeric_limits<record::Nanos>::max();
    model.tick(s);
    (void)drawn(model);
}

TEST(Figures, PercentilesAreNearestRank) {
    Measure m;
    for (std::int64_t i = 1; i <= 100; ++i) m.add(i);
    m.settle();
    EXPECT_EQ(m.all().p50, 50);
    EXPECT_EQ(m.all().p90, 90);
    EXPECT_EQ(m.all().p99, 99);
    EXPECT_EQ(m.all().most, 100);
    EXPECT_EQ(m.recent().p99, 99);
    for (int i = 0; i < 1000; ++i) m.add(7);
    m.settle();
    EXPECT_EQ(m.recent().count, 1000U);
    EXPECT_EQ(m.recent().most, 7);
    EXPECT_EQ(m.all().most, 100);
}

}  // namespace
}  // namespace tlsscope::live_view
