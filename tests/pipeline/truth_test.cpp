// samples/truth.tsv and samples/timing.tsv: what the peers and the relay said, against what the engine found.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "support/facts.h"
#include "support/samples.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;

const Analyzed& run_of(const std::string& file) {
    static std::map<std::string, Analyzed> kept;
    const auto it = kept.find(file);
    if (it != kept.end()) return it->second;
    return kept.emplace(file, analyze_files({sample_path(file)})).first->second;
}

std::string resumed(const record::ConnectionRecord& r) {
    const std::string kind = cell(r, "resumption_kind");
    if (!kind.empty()) return kind;
    return number(r, "resumed") == 0 ? "no" : "";
}

/// samples/README.md says what each of its words means.
bool outcome_agrees(const record::ConnectionRecord& r, const std::string& truth) {
    const std::string tls = cell(r, "tls_outcome");
    static const std::set<std::string> kReset = {"reset_by_client", "reset_by_server"};
    static const std::set<std::string> kFailed = {"alert",           "closed_by_client", "closed_by_server",
                                                  "reset_by_client", "reset_by_server",  "not_tls"};
    if (truth == "complete") return tls == "complete" && r.outcome == "complete";
    // Bytes that were never received leave the handshake incomplete, and failed all the same.
    if (truth == "failed") return kFailed.contains(tls) || (tls == "incomplete" && r.outcome == "failed");
    if (truth == "reset") return kReset.contains(tls);
    if (truth == "not_tls") return cell(r, "service").empty() && tls.empty();
    if (truth == "refused" || truth == "no_answer") return tls.empty() && r.outcome == truth;
    // No peer said how it ended; a failure would be made up. (Two of them do show the server's Finished.)
    return truth == "unknown" && !kFailed.contains(tls);
}

/// An empty cell means: not stated.
void expect_cell(const TableRow& row, const std::string& column, const std::string& found) {
    const std::string& stated = row.at(column);
    if (stated.empty()) return;
    EXPECT_EQ(found, stated) << column;
}

TEST(Truth, EveryRowOfTheTable) {
    const auto rows = read_tsv(source_path("samples/truth.tsv"));
    ASSERT_GT(rows.size(), 100U);
    std::map<std::string, std::size_t> streams;
    for (const TableRow& row : rows) {
        const std::string& file = row.at("file");
        SCOPED_TRACE(file + " stream " + row.at("stream") + " (" + row.at("note") + ")");
        const std::size_t stream = std::stoul(row.at("stream"));
        streams[file] = std::max(streams[file], stream + 1);
        const Analyzed& run = run_of(file);
        if (stream >= run.records.size()) {
            ADD_FAILURE() << "there are only " << run.records.size() << " connections";
            continue;
        }
        const auto& r = run.records[stream];
        expect_cell(row, "sni", cell(r, "sni"));
        expect_cell(row, "version", cell(r, "version"));
        expect_cell(row, "cipher", cell(r, "cipher"));
        expect_cell(row, "resumed", resumed(r));
        // The server's choice is encrypted in TLS 1.3.
        const bool hidden = cell(r, "version") == "TLS 1.3";
        EXPECT_EQ(cell(r, "alpn"), hidden ? "" : row.at("alpn")) << "alpn";
        EXPECT_TRUE(outcome_agrees(r, row.at("outcome"))) << "stated: " << row.at("outcome") << ", found: " << r.outcome
                                                          << ", tls_outcome " << cell(r, "tls_outcome");
    }
    for (const auto& [file, n] : streams) EXPECT_EQ(run_of(file).records.size(), n) << file;
}

void expect_near(const TableRow& row, const std::string& column, const record::ConnectionRecord& r) {
    // The table gives what was injected; relay and scheduling add up to about 2 ms, and jitter what it says, each way.
    const double stated = std::stod(row.at(column));
    const double jitter = std::stod(row.at("jitter_ms"));
    const auto found = number(r, column);
    if (!found) {
        // A repeated SYN or SYN/ACK makes this round trip ambiguous: then it has to be said, and not be guessed.
        const std::string injected = row.at("injected");
        EXPECT_NE(injected.find("SYN"), std::string::npos) << column << " is empty";
        EXPECT_NE(cell(r, "ambiguous").find(column), std::string::npos) << cell(r, "ambiguous");
        return;
    }
    const double ms = static_cast<double>(*found) / 1e6;
    EXPECT_GE(ms, stated - jitter - 0.5) << column;
    EXPECT_LE(ms, stated + jitter + 4.0) << column;
}

TEST(Truth, RoundTripsOfTheRelay) {
    const auto rows = read_tsv(source_path("samples/timing.tsv"));
    ASSERT_GT(rows.size(), 10U);
    for (const TableRow& row : rows) {
        SCOPED_TRACE(row.at("file") + ": " + row.at("injected"));
        const auto& records = run_of(row.at("file")).records;
        ASSERT_LT(std::stoul(row.at("stream")), records.size());
        const auto& r = records[std::stoul(row.at("stream"))];
        expect_near(row, "rtt_server_ms", r);
        expect_near(row, "rtt_client_ms", r);
    }
}

/// What was lost on purpose is found, on the right side.
TEST(Truth, LossesOfTheRelay) {
    const auto only = [](const char* file) -> const record::ConnectionRecord& { return run_of(file).records.at(0); };
    const std::int64_t kSecondAndMore = 900'000'000;
    EXPECT_EQ(number(only("delay-20ms.pcap"), "retrans_client"), 0);
    EXPECT_EQ(number(only("delay-20ms.pcap"), "retrans_server"), 0);
    // The tap stands at the client: what the relay drops behind it was captured, and so was its repetition.
    EXPECT_EQ(number(only("loss-syn.pcap"), "syn_retries"), 1);
    EXPECT_GT(number(only("loss-syn.pcap"), "connect_ms"), kSecondAndMore) << "counts from the first SYN";
    EXPECT_EQ(number(only("loss-client-hello.pcap"), "retrans_client"), 1);
    // Lost before the tap: the copy that arrived is the only one there.
    EXPECT_EQ(number(only("loss-synack.pcap"), "synack_retries").value_or(0), 0);
    EXPECT_EQ(number(only("loss-synack-server-side.pcap"), "synack_retries"), 1);
    EXPECT_EQ(number(only("loss-server-flight-server-side-tls12.pcapng"), "retrans_server"), 1);
}

}  // namespace
}  // namespace tlsscope::pipeline
