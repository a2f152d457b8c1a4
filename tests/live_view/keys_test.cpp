#include "live_view/keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "grid.h"
#include "report/ladders.h"

namespace tlsscope::live_view {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Kind = Key::Kind;

constexpr std::size_t kFirst = 7;  // the first connection on a screen of 24 lines

std::vector<std::string> names(Model& model) {
    std::vector<std::string> out;
    for (const EntryPointer& e : model.listing().listed())
        out.push_back(model.columns().text(e->record, model.columns().sni));
    return out;
}

TEST(Sort, CyclesNewestSlowestTlsSlowestConnect) {
    Model model = make_model();
    model.add(synthetic::connection(0, "slow", 300 * kMs));
    model.add(synthetic::connection(1, "fast", 1 * kMs));
    record::ConnectionRecord far = synthetic::connection(2, "far", 20 * kMs);
    far.row.set_millis(synthetic::kSpans[0].column, 900 * kMs);
    model.add(std::move(far));
    record::ConnectionRecord nothing;  // refused: neither was measured
    nothing.stream = 3;
    nothing.outcome = "refused";
    nothing.row.set_text(synthetic::column("sni"), "refused");
    model.add(std::move(nothing));

    EXPECT_THAT(names(model), testing::ElementsAre("refused", "far", "fast", "slow"));
    press_all(model, "s");
    EXPECT_THAT(names(model), testing::ElementsAre("slow", "far", "fast", "refused"));
    EXPECT_THAT(drawn(model).line(0), HasSubstr("slowest TLS, 4"));
    EXPECT_THAT(drawn(model).line(6), HasSubstr("TLS ms v"));
    press_all(model, "s");
    EXPECT_THAT(names(model), testing::ElementsAre("far", "fast", "slow", "refused"));
    EXPECT_THAT(drawn(model).line(6), HasSubstr("Conn ms v"));
    press_all(model, "s");
    EXPECT_THAT(names(model), testing::ElementsAre("refused", "far", "fast", "slow"));
}

TEST(Filter, FindsNamesAddressesOutcomesAndVersions) {
    Model model = make_model();
    add(model, 0, 5);
    model.add(synthetic::failed_connection(5));
    const auto left = [&](std::string_view filter) {
        press_all(model, "c/");
        press_all(model, filter);
        press(model, {Kind::enter});
        return model.listing().listed().size();
    };
    EXPECT_EQ(left("host3"), 1U);
    EXPECT_EQ(left("HOST"), 5U);
    EXPECT_EQ(left("failed"), 1U);
    EXPECT_EQ(left("10.0.0.1:50002"), 1U);
    EXPECT_EQ(left("192.0.2.7"), 6U);
    EXPECT_EQ(left("tlsv1.3"), 6U);
    EXPECT_EQ(left("q?sp"), 0U);  // keys are text while a filter is typed
    EXPECT_TRUE(drawn(model).has("None of 6 matches the filter."));
    EXPECT_FALSE(model.quit);
    press_all(model, "c");
    EXPECT_EQ(model.listing().listed().size(), 6U);
}

TEST(Filter, IsShownWhileTypedAndAfterwards) {
    Model model = make_model();
    add(model, 0, 20);
    press_all(model, "/Host1x");
    EXPECT_THAT(drawn(model).line(23), StartsWith("Filter: Host1x"));
    press(model, {Kind::backspace});
    EXPECT_THAT(drawn(model).line(0), HasSubstr("newest, 11 of 20"));
    press(model, {Kind::enter});
    EXPECT_THAT(drawn(model).line(23), StartsWith("/Host1 c Clear"));
    add(model, 100, 103);
    EXPECT_EQ(model.listing().listed().size(), 14U);
}

TEST(Filter, EscapeTakesBackWhatWasTyped) {
    Model model = make_model();
    add(model, 0, 20);
    press_all(model, "/host1");
    press(model, {Kind::enter});
    press_all(model, "/2");
    EXPECT_EQ(model.listing().listed().size(), 1U);
    press(model, {Kind::escape});
    EXPECT_EQ(model.listing().filter(), "host1");
    EXPECT_EQ(model.listing().listed().size(), 11U);
    press_all(model, "/\x15");
    EXPECT_EQ(model.listing().listed().size(), 20U);
}

TEST(Filter, TakesEveryScriptAndNoControls) {
    Model model = make_model();
    model.add(synthetic::connection(0, "\xe4\xb8\xad.example"));
    add(model, 1, 3);
    press_all(model, "/");
    for (const char32_t c : {U'\u4e2d', U'\x1b', U'\u202e', U'\U0001f600'}) press(model, Key::of(c));
    EXPECT_EQ(model.typed, "\xe4\xb8\xad\xf0\x9f\x98\x80");
    press(model, {Kind::backspace});
    EXPECT_EQ(model.typed, "\xe4\xb8\xad");
    EXPECT_EQ(model.listing().listed().size(), 1U);
    for (int i = 0; i < 1000; ++i) press(model, Key::of(U'a'));
    EXPECT_LE(model.typed.size(), 100U);
}

TEST(Selection, StaysOnItsConnectionAndItsLine) {
    Model model = make_model();
    add(model, 0, 50);
    (void)drawn(model);
    for (int i = 0; i < 4; ++i) press(model, {Kind::down});
    EXPECT_EQ(drawn(model).selected_row(), kFirst + 3);
    EXPECT_THAT(drawn(model).line(kFirst + 3), HasSubstr("host46"));
    add(model, 50, 80);
    const Grid grid = drawn(model);
    EXPECT_EQ(grid.selected_row(), kFirst + 3);
    EXPECT_THAT(grid.line(kFirst + 3), HasSubstr("host46"));
    EXPECT_THAT(grid.line(20), StartsWith("#46 "));
}

TEST(Selection, WithoutOneTheListFollowsWhatComes) {
    Model model = make_model();
    add(model, 0, 50);
    EXPECT_THAT(drawn(model).line(kFirst), HasSubstr("host49"));
    add(model, 50, 51);
    EXPECT_THAT(drawn(model).line(kFirst), HasSubstr("host50"));
    EXPECT_EQ(drawn(model).selected_row(), 24U);
    press_all(model, "jjj");
    add(model, 51, 52);
    press(model, {Kind::home});
    EXPECT_THAT(drawn(model).line(kFirst), HasSubstr("host51"));
    EXPECT_EQ(drawn(model).selected_row(), 24U);
}

TEST(Selection, ScrollsByLinesPagesAndToTheEnds) {
    Model model = make_model();
    add(model, 0, 100);
    const std::size_t page = (void(drawn(model)), model.listing().page());
    EXPECT_EQ(page, 13U);
    press_all(model, "j");
    press(model, {Kind::page_down});
    EXPECT_EQ(model.listing().selected(), page);
    EXPECT_TRUE(drawn(model).has("host86.example"));
    press_all(model, "G");
    EXPECT_EQ(model.listing().selected(), 99U);
    EXPECT_THAT(drawn(model).line(kFirst + page - 1), HasSubstr("host0."));
    press_all(model, "j");
    EXPECT_EQ(model.listing().selected(), 99U);
    press(model, {Kind::page_up});
    EXPECT_EQ(model.listing().selected(), 99 - page);
    press_all(model, "kkk");
    EXPECT_EQ(model.listing().selected(), 99 - page - 3);
    press_all(model, "g");
    EXPECT_FALSE(model.listing().selected());
}

TEST(Selection, APageDownMovesAPageAtOnce) {
    Model model = make_model();
    add(model, 0, 100);
    (void)drawn(model);
    press(model, {Kind::page_down});
    EXPECT_EQ(model.listing().selected(), model.listing().page());
}

TEST(Selection, AForgottenConnectionLeavesItToItsNeighbour) {
    Model model = make_model({.rows = 20, .bytes = 1 << 20});
    add(model, 0, 20);
    press_all(model, "G");
    EXPECT_EQ(model.listing().selected_entry()->record.stream, 0U);
    add(model, 20, 25);
    ASSERT_TRUE(model.listing().selected());
    EXPECT_EQ(model.listing().selected_entry()->record.stream, 5U);
}

TEST(Pause, KeepsTheListAndCountsOn) {
    Model model = make_model({.rows = 20, .bytes = 1 << 20});
    add(model, 0, 20);
    press_all(model, "p");
    const std::vector<std::string> before = names(model);
    add(model, 20, 70);
    model.tick({});
    EXPECT_EQ(names(model), before);
    EXPECT_EQ(model.figures().connections(), 70U);
    press_all(model, "/host1");
    press(model, {Kind::enter});
    EXPECT_EQ(names(model).size(), 11U);  // host1, host10 to host19: those that were there
    press_all(model, "c ");
    EXPECT_EQ(names(model).front(), "host69.example");
}

TEST(Ladder, OpensScrollsAndCloses) {
    Model model = make_model();
    add(model, 0, 3);
    model.add(synthetic::textbook());
    press(model, {Kind::enter});
    Grid grid = drawn(model);
    EXPECT_EQ(grid.line(0), "Connection 3");
    EXPECT_TRUE(grid.has("SYN"));
    EXPECT_THAT(grid.line(23), StartsWith("Lines 1-23 of "));
    EXPECT_EQ(grid.cut, 0);
    press(model, {Kind::page_down});
    EXPECT_NE(drawn(model).line(0), "Connection 3");
    press_all(model, "G");
    EXPECT_TRUE(drawn(model).has("overlap_conflict"));
    press_all(model, "jjjj ");
    EXPECT_TRUE(drawn(model).has("overlap_conflict"));
    press_all(model, "g");
    EXPECT_EQ(drawn(model).line(0), "Connection 3");
    EXPECT_FALSE(drawn(model, 500, 80).has("tshark"));  // there is no file to look into
    press(model, {Kind::escape});
    EXPECT_TRUE(drawn(model).has("Server name"));
    EXPECT_EQ(model.listing().selected_entry()->record.stream, 3U);
}

TEST(Ladder, IsLaidOutAnewForAnotherWidth) {
    Model model = make_model();
    model.add(synthetic::textbook());
    press(model, {Kind::enter});
    Grid grid{24, 160};
    draw(model, grid);
    const std::size_t wide = model.story().lines().size();
    grid.resize(24, 60);
    draw(model, grid);
    EXPECT_GT(model.story().lines().size(), wide);
    EXPECT_EQ(grid.cut, 0);
    for (const std::size_t columns : {1U, 20U, 40U}) {
        grid.resize(3, columns);
        draw(model, grid);
    }
    EXPECT_EQ(grid.outside, 0);
}

TEST(Ladder, FollowsAnUpdateWhereTheReaderIs) {
    Model model = make_model();
    model.add(synthetic::connection(3));
    press(model, {Kind::enter});
    EXPECT_TRUE(drawn(model).has("The steps of this connection were not kept."));
    press_all(model, "jj");
    (void)drawn(model, 10, 80);
    const std::size_t top = model.story().top();
    model.update(synthetic::textbook());
    (void)drawn(model, 10, 80);
    EXPECT_EQ(model.story().top(), top);
    EXPECT_GT(model.story().lines().size(), 40U);
}

TEST(Ladder, ColoursAreTakenFromTheReport) {
    Model model = make_model();
    model.add(synthetic::failed_connection(0));
    press(model, {Kind::enter});
    const Grid grid = drawn(model);
    EXPECT_EQ(grid.ink(0, 0).paint, report::Paint::bold);
    const std::size_t row = grid.row_of("Outcome: failed");
    EXPECT_EQ(grid.ink(row, 0).paint, report::Paint::none);
    EXPECT_EQ(grid.ink(row, 9).paint, report::Paint::red);
}

TEST(Keys, QuitHelpAndTheUnknown) {
    Model model = make_model();
    press_all(model, "xyz\x01");
    press(model, {Kind::enter});  // nothing to open
    EXPECT_EQ(model.mode, Model::Mode::list);
    press_all(model, "?q");
    EXPECT_FALSE(model.quit);  // any key leaves the help
    press_all(model, "q");
    EXPECT_TRUE(model.quit);
}

}  // namespace
}  // namespace tlsscope::live_view
