// A scenario under all its carriers.
#include <gtest/gtest.h>

#include <limits>

#include "support/carriers.h"
#include "support/scenario.h"

namespace tlsscope::support {

namespace {

struct Run {
    std::string carrier;
    Analyzed analyzed;
};

Analyzed in_memory(const Frames& frames, unsigned threads, std::size_t max_half_open) {
    pipeline::AnalysisOptions options;
    options.threads = threads;
    options.max_half_open = max_half_open;
    if (threads == 1) options.first_ladders = std::numeric_limits<std::uint32_t>::max();  // tells the whole story, too
    return analyze_frames(frames, options);
}

/// One file after the other, under the same name.
class Files {
  public:
    Analyzed analyze(const Buffer& file) const { return analyze_files({dir_.write("capture", file)}); }

  private:
    TempDir dir_;
};

std::vector<Run> run_under_all(const Scenario& s) {
    constexpr std::size_t kWhole = 4096;
    static const Files kFiles;
    const Frames plain = s.frames();
    std::vector<Run> runs;
    const auto add = [&](const std::string& carrier, Analyzed analyzed) {
        if (s.fits(carrier)) runs.push_back({carrier, std::move(analyzed)});
    };
    add("memory", in_memory(plain, 1, kWhole));
    add("3 threads", in_memory(plain, 3, kWhole));
    add("half-open kept compactly", in_memory(plain, 1, 0));
    add("half-open kept compactly, 3 threads", in_memory(plain, 3, 0));
    add("ipv6", in_memory(s.frames({.six = true}), 1, kWhole));
    add("vlan", in_memory(s.frames({.vlan = 10}), 1, kWhole));
    for (const bool big_endian : {false, true}) {
        const std::string order = big_endian ? "big-endian" : "little-endian";
        for (const bool nanoseconds : {false, true})
            add("pcap " + order + (nanoseconds ? " ns" : " us"),
                kFiles.analyze(as_pcap(plain, {.big_endian = big_endian, .nanoseconds = nanoseconds})));
        add("pcapng " + order, kFiles.analyze(as_pcapng(plain, big_endian)));
    }
    add("gz", kFiles.analyze(gzipped(as_pcap(plain, {}))));
    return runs;
}

/// All but what the carrier itself is.
bool is_compared(const record::Column& c) {
    for (const std::string_view name : {"client_ip", "server_ip", "uid", "community_id", "encapsulation"})
        if (c.name == name) return false;
    return true;
}

std::map<std::string, Facts> all_facts(const Analyzed& run) {
    std::map<std::string, Facts> out;
    for (const auto& r : run.records) out["connection " + std::to_string(r.stream)] = facts_of(r, is_compared);
    return out;
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

/// How often the printed summary says that an account adds up.
std::size_t accounts_that_add_up(const Analyzed& run) {
    const std::string text = report_text(run, Format::summary);
    std::size_t n = 0;
    for (std::size_t at = text.find("\nAccounting"); (at = text.find("✓", at)) != std::string::npos; ++at) ++n;
    return n;
}

}  // namespace

std::string unbalanced(const Analyzed& run) {
    std::string out;
    for (const auto& a : run.result.accounting) {
        const bool right_total = a.name == "packets"       ? a.total == run.result.frames
                                 : a.name == "connections" ? a.total == run.records.size()
                                                           : true;
        if (a.balanced() && right_total) continue;
        out += a.name + ": " + std::to_string(a.total) + " !=";
        for (const auto& p : a.parts) out += " + " + p.name + " " + std::to_string(p.count);
        out += "\n";
    }
    return out;
}

void expect(const Scenario& s, const std::vector<Expected>& connections) {
    const std::vector<Run> runs = run_under_all(s);
    const Run& first = runs.front();
    ASSERT_EQ(first.analyzed.records.size(), connections.size());
    for (std::size_t i = 0; i < connections.size(); ++i) {
        SCOPED_TRACE("connection " + std::to_string(i));
        expect_record(first.analyzed.records[i], connections[i]);
    }
    EXPECT_EQ(accounts_that_add_up(first.analyzed), first.analyzed.result.accounting.size());
    const auto facts = all_facts(first.analyzed);
    for (const Run& run : runs) {
        SCOPED_TRACE("under " + run.carrier);
        EXPECT_EQ(unbalanced(run.analyzed), "");
        EXPECT_EQ(run.analyzed.records.size(), connections.size());
        EXPECT_EQ(difference(facts, all_facts(run.analyzed)), "");
        EXPECT_TRUE(run.analyzed.problems.empty());
    }
}

void expect(const Scenario& s, const Facts& cells, const std::set<std::string>& anomalies) {
    expect(s, std::vector<Expected>{{cells, anomalies}});
}

}  // namespace tlsscope::support
