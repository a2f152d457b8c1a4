// A scenario under all its carriers.
#include <gtest/gtest.h>

#include "support/accounts.h"
#include "support/scenario.h"
#include "support/scenario_carriers.h"

namespace tlsscope::support {

namespace {

struct Run {
    std::string_view carrier;
    Analyzed analyzed;
};

std::vector<Run> run_under_all(const Scenario& s) {
    std::vector<Run> runs;
    for (const Carrier& c : carriers())
        if (s.fits(std::string{c.name})) runs.push_back({c.name, c.run(s)});
    return runs;
}

std::set<std::string> anomalies_of(const record::ConnectionRecord& r) {
    std::set<std::string> out;
    for (const auto& e : r.anomalies.entries()) out.insert(std::string{e.anomaly->name});
    return out;
}

void expect_record(const record::ConnectionRecord& r, const Expected& expected) {
    for (const auto& [column, value] : expected.cells) EXPECT_EQ(cell(r, column), value) << column;
    EXPECT_EQ(anomalies_of(r), expected.anomalies);
}

}  // namespace

void expect(const Scenario& s, const std::vector<Expected>& connections) {
    const std::vector<Run> runs = run_under_all(s);
    const Run& first = runs.front();
    ASSERT_EQ(first.analyzed.records.size(), connections.size());
    for (std::size_t i = 0; i < connections.size(); ++i) {
        SCOPED_TRACE("connection " + std::to_string(i));
        expect_record(first.analyzed.records[i], connections[i]);
    }
    const auto payload = payload_on_the_wire(s);
    const auto facts = carried_facts(first.analyzed);
    for (const Run& run : runs) {
        SCOPED_TRACE("under " + std::string{run.carrier});
        EXPECT_EQ(unbalanced(run.analyzed), "");
        EXPECT_EQ(payload_bytes(run.analyzed), payload.value_or(payload_bytes(run.analyzed)));
        EXPECT_EQ(run.analyzed.records.size(), connections.size());
        EXPECT_EQ(difference(facts, carried_facts(run.analyzed)), "");
        EXPECT_TRUE(run.analyzed.problems.empty());
    }
}

void expect(const Scenario& s, const Facts& cells, const std::set<std::string>& anomalies) {
    expect(s, std::vector<Expected>{{cells, anomalies}});
}

}  // namespace tlsscope::support
