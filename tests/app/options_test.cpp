#include "app/options.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "app/rights.h"
#include "support/capture_builder.h"

namespace tlsscope::app {

namespace {

struct Parsed {
    std::optional<Options> options;
    std::string error;
};

Parsed parse(std::vector<std::string> words) {
    words.insert(words.begin(), "tlsscope");
    std::vector<const char*> argv;
    for (const std::string& w : words) argv.push_back(w.c_str());
    Parsed out;
    out.options = parse_options(static_cast<int>(argv.size()), argv.data(), out.error);
    return out;
}

Options good(const std::vector<std::string>& words) {
    const Parsed p = parse(words);
    EXPECT_TRUE(p.options) << p.error;
    return p.options.value_or(Options{});
}

/// The error, which must be one line.
std::string bad(const std::vector<std::string>& words) {
    const Parsed p = parse(words);
    EXPECT_FALSE(p.options);
    EXPECT_FALSE(p.error.empty());
    EXPECT_EQ(p.error.find('\n'), std::string::npos) << p.error;
    return p.error;
}

struct OptionsTest : testing::Test {
    support::TempDir folder;
    std::string file = folder.write("a.pcap", {});
    std::string second = folder.write("b.pcap", {});
};

TEST_F(OptionsTest, Defaults) {
    const Options o = good({file});
    EXPECT_EQ(o.inputs, std::vector<std::string>{file});
    EXPECT_EQ(o.filter, "");
    EXPECT_EQ(o.verbose, 0);
    EXPECT_EQ(o.max_frames, 0U);
    EXPECT_EQ(o.ask, Options::Ask::nothing);
    EXPECT_FALSE(o.writes_to_stdout());
    EXPECT_EQ(o.color, Options::Color::automatic);
    EXPECT_GE(o.threads, 1U);
    EXPECT_EQ(o.command_line, "tlsscope " + file);
}

using Views = std::vector<report::inventory::What>;
using report::inventory::What;

TEST_F(OptionsTest, SummaryAloneSwallowsNoFile) {
    const Options o = good({"--summary", file});
    EXPECT_TRUE(o.summary_only);
    EXPECT_EQ(o.views, Views{});
    EXPECT_EQ(o.inputs, std::vector<std::string>{file});
    EXPECT_EQ(good({file, "--summary"}).views, Views{});
    EXPECT_FALSE(good({file}).summary_only);
}

TEST_F(OptionsTest, SummaryOfViews) {
    const Views views{What::pq, What::certs};
    const std::vector<std::vector<std::string>> lines{{"--summary", "pq,certs", file},
                                                      {file, "--summary", "pq,certs"},
                                                      {"--summary=pq,certs", file},
                                                      {"--summary", "pq,certs", "-v", file}};
    for (const auto& words : lines) {
        const Options o = good(words);
        EXPECT_EQ(o.views, views);
        EXPECT_TRUE(o.summary_only);
        EXPECT_EQ(o.inputs, std::vector<std::string>{file});
        EXPECT_EQ(o.filter, "");
    }
}

TEST_F(OptionsTest, SummaryBeforeWhatIsNoListLeavesItAlone) {
    const Options o = good({file, "--summary", "tcp", "port", "443"});
    EXPECT_EQ(o.views, Views{});
    EXPECT_EQ(o.filter, "tcp port 443");
    EXPECT_EQ(good({"--summary", "--", file}).views, Views{});
    EXPECT_EQ(good({file, "--", "--summary"}).filter, "--summary");
}

/// A file of that name must be given as ./tls: its name is a view, whether there is such a file or not.
TEST_F(OptionsTest, SummaryTakesAViewBeforeAFile) {
    const std::string there = std::filesystem::current_path().string();
    (void)folder.write("tls", {});
    std::filesystem::current_path(std::filesystem::path{file}.parent_path());
    EXPECT_EQ(good({"--summary", "tls", file}).views, Views{What::tls});
    const Options as_file = good({"--summary", "./tls"});
    EXPECT_EQ(as_file.views, Views{});
    EXPECT_EQ(as_file.inputs, std::vector<std::string>{"./tls"});
    std::filesystem::current_path(there);
}

TEST_F(OptionsTest, TheBillIsAReportAmongOthers) {
    EXPECT_EQ(good({file, "--cbom", "bill.json"}).cbom, "bill.json");
    EXPECT_TRUE(good({file, "--cbom", "/dev/stdout"}).writes_to_stdout());
    EXPECT_NE(bad({file, "--cbom", "-", "--csv", "-"}).find("--cbom"), std::string::npos);
    Options o = good({file, "--cbom", "/tmp/bill.json"});
    EXPECT_EQ(plan_for(o, false).outputs.back(), "/tmp/bill.json");
}

TEST_F(OptionsTest, SummaryOfWhatThereIsNotNamesWhatThereIs) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"--summary=ciphers", file},
                                                  {"--summary=", file},
                                                  {"--summary", "tls,ciphers", file},
                                                  {"--summary=" + file}}) {
        EXPECT_NE(bad(words).find("tls, pq, certs, servers, clients, failures, slow"), std::string::npos);
    }
}

TEST_F(OptionsTest, RightsAreGivenUpUnlessSaidOtherwise) {
    const Options usual = good({"-i", "lo", "--csv", "/tmp/a.csv", "-w", "/var/lib/b.pcapng"});
    const privileges::Plan plan = plan_for(usual, true);
    EXPECT_EQ(plan.user, "");
    EXPECT_TRUE(plan.sandbox);
    EXPECT_TRUE(plan.listens);
    EXPECT_EQ(plan.outputs, (std::vector<std::string>{"/tmp/a.csv", "", "", "/var/lib/b.pcapng", "", "", ""}));
    const privileges::Plan other = plan_for(good({"-i", "lo", "--user", "daemon", "--no-sandbox"}), false);
    EXPECT_EQ(other.user, "daemon");
    EXPECT_FALSE(other.sandbox);
    EXPECT_FALSE(other.listens);
}

TEST_F(OptionsTest, CertificatesAreCheckedAsTheUserSays) {
    const Options plain = good({"-i", "lo"});
    EXPECT_TRUE(plain.ca_file.empty() && plain.certs.empty() && !plain.at);
    const Options o = good({"-i", "lo", "--ca-file", "system", "--certs", "out", "--at", "2027-01-31T12:00:00"});
    EXPECT_EQ(o.ca_file, "system");
    EXPECT_EQ(o.certs, "out");
    EXPECT_EQ(o.at, 1801396800);
    EXPECT_EQ(plan_for(o, false).outputs.back(), "out/certificate.pem");
    EXPECT_GT(good({"-i", "lo", "--at", "now"}).at.value_or(0), 1'790'000'000);
    EXPECT_EQ(bad({"-i", "lo", "--at", "today"}), "--at takes now, 2027-01-31 or 2027-01-31T12:00:00, not 'today'");
    EXPECT_EQ(good({"--list-rules"}).ask, Options::Ask::list_rules);
}

TEST_F(OptionsTest, FilesOfALiveCaptureRotateAsWithTcpdump) {
    const Options o = good({"-i", "lo", "-w", "p.pcapng", "--csv", "-", "-G", "60", "-C", "10", "-W", "5"});
    EXPECT_EQ(o.write, "p.pcapng");
    EXPECT_EQ(o.rotation.seconds, 60);
    EXPECT_EQ(o.rotation.bytes, 10'000'000U);
    EXPECT_EQ(o.rotation.files, 5U);
    EXPECT_TRUE(o.rotation_of("p.pcapng").any());
    EXPECT_FALSE(o.rotation_of("-").any()) << "standard output goes on";
    EXPECT_NE(bad({"-i", "lo", "--csv", "-", "-G", "60"}), "") << "nothing to rotate";
    EXPECT_NE(bad({"-i", "lo", "-w", "p", "-W", "5"}), "") << "a number of files, but when?";
    EXPECT_NE(bad({"-i", "lo", "-w", "p", "-G", "0"}), "");
    EXPECT_NE(bad({"-i", "lo", "-w", "p", "-C", "10x"}), "");
    EXPECT_NE(bad({file, "--csv", "a.csv", "-G", "60"}), "") << "a file is analyzed at once";
}

TEST_F(OptionsTest, PacketsAreKeptInAFile) {
    EXPECT_EQ(good({"-i", "lo", "-w", "p", "--keep", "slow>200,failed"}).keep, "slow>200,failed");
    EXPECT_NE(bad({"-i", "lo", "--keep", "failed"}), "");
    EXPECT_NE(bad({"-i", "lo", "-w", "-", "--csv", "-"}), "");
    EXPECT_TRUE(good({"-i", "lo", "-w", "-"}).writes_to_stdout());
}

TEST_F(OptionsTest, MetricsAreServedOrWritten) {
    const Options served = good({"-i", "lo", "--metrics", "9100"});
    ASSERT_TRUE(served.metrics_address);
    EXPECT_EQ(served.metrics_address->text(), "127.0.0.1:9100");
    EXPECT_EQ(served.metrics_file, "");
    const Options written = good({"-i", "lo", "--metrics", "/var/lib/node/tlsscope.prom"});
    EXPECT_FALSE(written.metrics_address);
    EXPECT_EQ(written.metrics_file, "/var/lib/node/tlsscope.prom");
    EXPECT_NE(bad({"-i", "lo", "--metrics", "example.com:9100"}), "");
    EXPECT_NE(bad({file, "--metrics", "9100"}), "");
}

TEST_F(OptionsTest, CountsVerbose) {
    EXPECT_EQ(good({"-v", file}).verbose, 1);
    EXPECT_EQ(good({"-vv", file}).verbose, 2);
    EXPECT_EQ(good({"-v", file, "-v"}).verbose, 2);
    EXPECT_EQ(good({"--verbose", "-vv", file}).verbose, 3);
    EXPECT_EQ(good({"-V", file}).ask, Options::Ask::version) << "capital V is another option";
}

TEST_F(OptionsTest, StandardInputAndOutput) {
    const Options o = good({"-", "--csv", "-"});
    EXPECT_EQ(o.inputs, std::vector<std::string>{"-"});
    EXPECT_EQ(o.csv, "-");
    EXPECT_TRUE(o.writes_to_stdout());
    EXPECT_EQ(good({"-r", "-"}).inputs, std::vector<std::string>{"-"});
    EXPECT_TRUE(good({file, "--json=-"}).writes_to_stdout());
}

TEST_F(OptionsTest, BothReportsOnStandardOutputAreRefused) {
    EXPECT_NE(bad({file, "--csv", "-", "--json", "-"}).find("standard output"), std::string::npos);
    EXPECT_NE(bad({file, "--html", "-", "--json", "-"}).find("standard output"), std::string::npos);
    EXPECT_TRUE(good({file, "--html=-"}).writes_to_stdout());
}

TEST_F(OptionsTest, FilesThenAFilter) {
    const Options o = good({file, second, "tcp", "port", "443"});
    EXPECT_EQ(o.inputs, (std::vector<std::string>{file, second}));
    EXPECT_EQ(o.filter, "tcp port 443");
    EXPECT_EQ(good({file, "tcp port 443"}).filter, "tcp port 443") << "as one word";
    EXPECT_EQ(good({file, "--csv", "x.csv", "tcp"}).filter, "tcp") << "options may stand between";
    EXPECT_EQ(good({"-r", file, "tcp", "port", "443"}).filter, "tcp port 443");
    EXPECT_EQ(good({file, "-f", "host 10.0.0.1"}).filter, "host 10.0.0.1");
}

TEST_F(OptionsTest, PatternsAndFoldersAreInputs) {
    EXPECT_EQ(good({folder.path()}).inputs, std::vector<std::string>{folder.path()});
    const std::string pattern = folder.path() + "/*.pcap";
    const Options o = good({pattern, "tcp"});
    EXPECT_EQ(o.inputs, std::vector<std::string>{pattern});
    EXPECT_EQ(o.filter, "tcp");
}

TEST_F(OptionsTest, AFilterWithBracketsIsNoPattern) {
    const Options o = good({file, "tcp[13] & 2 != 0"});
    EXPECT_EQ(o.inputs.size(), 1U);
    EXPECT_EQ(o.filter, "tcp[13] & 2 != 0");
}

TEST_F(OptionsTest, AMissingFileIsNoFilter) {
    EXPECT_NE(bad({"/nonexistent.pcap"}).find("/nonexistent.pcap"), std::string::npos);
    EXPECT_NE(bad({"-f", "tcp", file, "udp"}).find("udp"), std::string::npos);
}

TEST_F(OptionsTest, NoAbbreviations) {
    for (const char* word : {"--verb", "--col", "--thr=2", "--expl=1", "--js=x", "--versio", "--hel"}) {
        const std::string error = bad({file, word});
        EXPECT_NE(error.find("--"), std::string::npos) << error;
    }
}

TEST_F(OptionsTest, WhatIsWrongIsSaidInOneLine) {
    bad({});
    bad({file, "--no-such-option"});
    bad({file, "-Z"});
    bad({file, "--csv"});
    bad({file, "--threads", "many"});
    bad({file, "--threads", "-1"});
    bad({file, "--count", "-5"});
    bad({file, "--count", "1e6"});
    bad({file, "--memory", "lots"});
    bad({file, "--explain", "first"});
    bad({file, "--explain", "-1"});
    bad({file, "--explain", "99999999999999999999"});
    bad({file, "--color", "sometimes"});
}

TEST_F(OptionsTest, Explain) {
    EXPECT_EQ(good({file, "--explain", "3"}).explain, std::vector<std::uint64_t>{3});
    EXPECT_EQ(good({file, "--explain", "0,2,5"}).explain, (std::vector<std::uint64_t>{0, 2, 5}));
    EXPECT_EQ(good({file, "--explain", "1", "--explain", "4"}).explain, (std::vector<std::uint64_t>{1, 4}));
}

TEST_F(OptionsTest, NumbersAreKeptSane) {
    EXPECT_EQ(good({file, "--threads", "0"}).threads, 1U);
    EXPECT_LE(good({file, "--threads", "100000"}).threads, 64U);
    EXPECT_EQ(good({file, "-c", "18446744073709551615"}).max_frames, ~0ULL);
    EXPECT_GE(good({file, "--memory", "0"}).memory_mib, 1U);
}

TEST_F(OptionsTest, TheLiveTableIsShownWhereNothingElseIsWrittenToStandardOutput) {
    EXPECT_TRUE(good({"-i", "lo"}).wants_live_table());
    EXPECT_TRUE(good({"-i", "lo", "-w", "kept.pcapng", "--html", "page.html"}).wants_live_table());
    EXPECT_FALSE(good({"-i", "lo", "-w", "-"}).wants_live_table());
    EXPECT_FALSE(good({"-i", "lo", "--html", "-"}).wants_live_table());
    EXPECT_FALSE(good({"-i", "lo", "--csv", "rows.csv"}).wants_live_table());
    EXPECT_FALSE(good({"-i", "lo", "-q"}).wants_live_table());
    EXPECT_FALSE(good({file}).wants_live_table());
}

TEST_F(OptionsTest, TheRest) {
    const Options o =
        good({file, "--columns", "sni,version", "--summary", "-q", "--ignore-vlan", "-n", "--color=never"});
    EXPECT_EQ(o.columns, (std::vector<std::string>{"sni", "version"}));
    EXPECT_TRUE(o.summary_only);
    EXPECT_TRUE(o.quiet);
    EXPECT_TRUE(o.ignore_vlan);
    EXPECT_EQ(o.color, Options::Color::never);
}

TEST_F(OptionsTest, QuestionsNeedNoFile) {
    EXPECT_EQ(good({"--help"}).ask, Options::Ask::help);
    EXPECT_EQ(good({"-h"}).ask, Options::Ask::help);
    EXPECT_EQ(good({"--version"}).ask, Options::Ask::version);
    EXPECT_EQ(good({"--list-columns"}).ask, Options::Ask::list_columns);
    EXPECT_EQ(good({"--list-anomalies"}).ask, Options::Ask::list_anomalies);
}

TEST_F(OptionsTest, HelpNamesEveryOption) {
    const std::string help = help_text();
    for (const char* word : {"--read", "--filter", "--count", "--csv", "--json", "--html", "--columns", "--explain",
                             "--summary", "--quiet", "--verbose", "--threads", "--memory", "--list-columns",
                             "--list-anomalies", "--version", "--help", "Exit status"})
        EXPECT_NE(help.find(word), std::string::npos) << word;
}

TEST_F(OptionsTest, AComparisonHasTwoCapturesAndReportsOfItsOwn) {
    const Options o = good({"--compare", file, second});
    EXPECT_TRUE(o.compare);
    EXPECT_EQ(o.inputs, (std::vector<std::string>{file, second}));
    EXPECT_EQ(good({file, second, "--compare", "--html", "x.html"}).html, "x.html");
    EXPECT_EQ(good({"--compare", file, second, "tcp port 443"}).filter, "tcp port 443");
    EXPECT_FALSE(good({file, second}).compare);
    EXPECT_EQ(bad({"--compare", file}), bad({"--compare", file, second, file}));
    EXPECT_NE(bad({"--compare", file}).find("before and after"), std::string::npos);
    for (const char* option : {"--csv=x", "--json=x", "--cbom=x", "--fail-on=weak", "--certs=x", "--explain=1",
                               "--summary=tls", "--columns=sni"})
        EXPECT_NE(bad({"--compare", file, second, option}).find("of one capture each"), std::string::npos) << option;
}

}  // namespace
}  // namespace tlsscope::app
