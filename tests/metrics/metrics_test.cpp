#include "metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "metrics/text_file.h"
#include "report/synthetic.h"
#include "support/capture_builder.h"

namespace tlsscope::metrics {
namespace {

using report::synthetic::column;
using report::synthetic::connection;
using report::synthetic::kMs;
using testing::HasSubstr;
using testing::Not;

Metrics counted(const std::vector<record::ConnectionRecord>& connections, const Options& options = {}) {
    Metrics out{options};
    out.begin(report::synthetic::schema(), {"tlsscope 0.1.0", {"interface eth0"}});
    for (const auto& c : connections) out.connection(c);
    return out;
}

Metrics counted(record::ConnectionRecord&& connection) {
    std::vector<record::ConnectionRecord> one;
    one.push_back(std::move(connection));
    return counted(one);
}

std::vector<record::ConnectionRecord> hostile() {
    std::vector<record::ConnectionRecord> out;
    for (const std::string& text : report::synthetic::hostile_texts()) {
        out.push_back(connection(out.size(), text.substr(0, 255)));
        out.back().row.set_text(column("version"), text.substr(0, 255));
    }
    for (const char* text : {"back\\slash", "quo\"te", "a\nb", "x\"} 1\n# EOF\n"}) out.push_back(connection(1, text));
    return out;
}

/// Gives a text to a program on its standard input; its exit status, -1 when it is not installed.
int judge(const std::string& program, const std::string& command, const std::string& text, std::string& said) {
    if (std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) != 0) return -1;
    const support::TempDir dir;
    const std::string in = dir.write("in", support::Buffer{text.begin(), text.end()});
    const int status = std::system((command + " <" + in + " >" + in + ".out 2>&1").c_str());
    std::ifstream out{in + ".out"};
    said.assign(std::istreambuf_iterator<char>{out}, {});
    return status;
}

TEST(Metrics, CountsWhatItIsTold) {
    std::vector<record::ConnectionRecord> connections;
    for (std::uint64_t i = 0; i < 3; ++i) connections.push_back(connection(i, "a.example", 20 * kMs));
    connections.push_back(connection(4, "B.example", 2600 * kMs));
    connections.push_back(report::synthetic::failed_connection(5));
    Metrics metrics = counted(connections);
    metrics.set({.packets = 1000, .bytes = 2000, .dropped_by_kernel = 3, .open_connections = 7, .memory_bytes = 4096});
    const std::string text = metrics.text();
    for (const char* line : {
             "# TYPE tlsscope_build info\n# HELP tlsscope_build The program.\ntlsscope_build_info{version=\"0.1.0\"} "
             "1\n",
             "tlsscope_connections_total{outcome=\"complete\"} 4\n",
             "tlsscope_connections_total{outcome=\"failed\"} 1\n",
             "tlsscope_open_connections 7\n",
             "tlsscope_server_hellos_total{version=\"TLSv1.3\"} 5\n",
             "# UNIT tlsscope_handshake_duration_seconds seconds\n",
             "tlsscope_handshake_duration_seconds_bucket{server_name=\"a.example\",le=\"0.01\"} 0\n",
             "tlsscope_handshake_duration_seconds_bucket{server_name=\"a.example\",le=\"0.025\"} 3\n",
             "tlsscope_handshake_duration_seconds_bucket{server_name=\"a.example\",le=\"+Inf\"} 3\n",
             "tlsscope_handshake_duration_seconds_count{server_name=\"a.example\"} 3\n",
             "tlsscope_handshake_duration_seconds_sum{server_name=\"a.example\"} 0.060000000\n",
             "tlsscope_handshake_duration_seconds_sum{server_name=\"b.example\"} 2.600000000\n",
             "tlsscope_connect_duration_seconds_bucket{le=\"0.01\"} 5\n",
             "tlsscope_packets_total 1000\n",
             "tlsscope_packet_bytes_total 2000\n",
             "tlsscope_dropped_packets_total{by=\"kernel\"} 3\n",
             "tlsscope_resident_memory_bytes 4096\n",
         })
        EXPECT_THAT(text, HasSubstr(line));
    EXPECT_TRUE(text.ends_with("\n# EOF\n"));
    EXPECT_EQ(text, metrics.text()) << "the order is always the same";
}

TEST(Metrics, TheOldFormatHasTheSameNumbers) {
    const Metrics metrics = counted(connection(1, "a.example"));
    const std::string text = metrics.text(Format::prometheus);
    EXPECT_THAT(text, HasSubstr("# TYPE tlsscope_connections_total counter\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE tlsscope_build_info gauge\n"));
    EXPECT_THAT(text, Not(HasSubstr("# EOF")));
    EXPECT_THAT(text, Not(HasSubstr("# UNIT")));
    const auto samples = [](const std::string& all) {
        std::string out;
        for (const std::string& line : report::synthetic::lines_of(all))
            if (!line.starts_with('#')) out += line + '\n';
        return out;
    };
    EXPECT_EQ(samples(text), samples(metrics.text()));
}

TEST(Metrics, NamesBeyondTheCapAreOther) {
    std::vector<record::ConnectionRecord> connections;
    for (std::uint64_t i = 0; i < 50; ++i) connections.push_back(connection(i, "n" + std::to_string(i % 10)));
    connections.push_back(connection(50, "other"));
    connections.push_back(connection(51, ""));
    connections.push_back(connection(52, "NONE"));
    const std::string text = counted(connections, {.server_names = 3}).text();
    EXPECT_THAT(text, HasSubstr("_count{server_name=\"n2\"} 5\n"));
    EXPECT_THAT(text, Not(HasSubstr("server_name=\"n3\"")));
    EXPECT_THAT(text, HasSubstr("_count{server_name=\"other\"} 36\n"));
    EXPECT_THAT(text, HasSubstr("_count{server_name=\"none\"} 2\n"));
}

TEST(Metrics, AFailedHandshakeTakesNoPlace) {
    record::ConnectionRecord c;
    c.outcome = "failed";
    c.row.set_text(column("sni"), "invented.example");
    EXPECT_THAT(counted(std::move(c)).text(), Not(HasSubstr("invented")));
}

TEST(Metrics, StaysSmallWhateverComes) {
    std::vector<record::ConnectionRecord> connections;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        connections.push_back(connection(i, std::to_string(i)));
        connections.back().row.set_text(column("version"), "v" + std::to_string(i));
        connections.back().outcome = "o" + std::to_string(i);
    }
    const std::string text = counted(connections).text();
    EXPECT_LT(text.size(), 200'000U);
    EXPECT_THAT(text, HasSubstr("tlsscope_server_hellos_total{version=\"other\"} 1968\n"));
}

TEST(Metrics, NegativeTimesAreNotCounted) {
    record::ConnectionRecord c = connection(1);
    c.row.set_millis(*report::synthetic::schema().find("tls_ms"), -5);
    EXPECT_THAT(counted(std::move(c)).text(), Not(HasSubstr("_count{server_name=\"www.example.com\"} 1\n")));
}

TEST(Metrics, LabelsAreEscaped) {
    const std::string text = counted(hostile()).text();
    EXPECT_THAT(text, HasSubstr("server_name=\"back\\\\slash\""));
    EXPECT_THAT(text, HasSubstr("server_name=\"quo\\\"te\""));
    EXPECT_THAT(text, HasSubstr("server_name=\"a\\\\x0ab\""));
    for (const std::string& line : report::synthetic::lines_of(text))
        EXPECT_TRUE(line.starts_with("tlsscope_") || line.starts_with("# ")) << line;
}

TEST(Metrics, PrometheusOwnParserReadsIt) {
    std::string said;
    // Debian's python, which Debian's packages are for; another one may come first in the path.
    const std::string script =
        "/usr/bin/python3 -c 'import sys\n"
        "try: from prometheus_client.openmetrics import parser\n"
        "except ImportError: sys.exit(9)\n"
        "found = list(parser.text_string_to_metric_families(sys.stdin.read()))\n"
        "print(len(found), sum(len(f.samples) for f in found))'";
    Metrics metrics = counted(hostile());
    metrics.set({.started = support::kStart});
    const int status = judge("/usr/bin/python3", script, metrics.text(), said);
    if (status == -1 || status == 9 << 8) GTEST_SKIP() << "python3-prometheus-client is not installed";
    EXPECT_EQ(status, 0) << said;
    EXPECT_TRUE(said.starts_with("15 ")) << said;
}

TEST(Metrics, PromtoolFindsNothingToCriticize) {
    std::string said;
    Metrics metrics = counted(hostile());
    metrics.set({.started = support::kStart});
    const int status = judge("promtool", "promtool check metrics", metrics.text(Format::prometheus), said);
    if (status == -1) GTEST_SKIP() << "promtool is not installed";
    EXPECT_EQ(status, 0) << said;
    EXPECT_EQ(said, "");
}

TEST(MetricsFile, IsReplacedAsAWholeAndKeptOnFailure) {
    const support::TempDir dir;
    const std::string path = dir.path() + "/tlsscope.prom";
    std::string error;
    const auto file = TextFile::open(path, error);
    ASSERT_NE(file, nullptr) << error;
    EXPECT_TRUE(file->write("one\n", error));
    std::ifstream reader{path};
    EXPECT_TRUE(file->write("two\n", error));
    std::string got;
    reader >> got;
    EXPECT_EQ(got, "one");
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    EXPECT_FALSE(file->write("three\n", error));
    EXPECT_EQ(error, "cannot write " + path + ": Is a directory");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{dir.path()}, {}), 1) << "no temporary file stays";
}

TEST(MetricsFile, ImpossiblePathsSaySo) {
    const support::TempDir dir;
    std::string error;
    EXPECT_EQ(TextFile::open(dir.path() + "/none/x.prom", error), nullptr);
    EXPECT_EQ(error, "cannot write " + dir.path() + "/none/x.prom: No such file or directory");
    EXPECT_EQ(TextFile::open(dir.path(), error), nullptr);
    EXPECT_EQ(error, "cannot write " + dir.path() + ": it is not a regular file");
}

}  // namespace
}  // namespace tlsscope::metrics
