#include "app/options.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "app/certificates.h"
#include "app/option_checks.h"
#include "app/summary_words.h"
#include "app/wall_clock.h"
#include "report/escape.h"

namespace tlsscope::app {

namespace po = boost::program_options;

namespace {

constexpr const char* kUsage =
    "tlsscope - who talked to whom, what was negotiated, how long each step took, and why it failed\n"
    "\n"
    "Usage: tlsscope [FILE...|-] [options] [BPF filter]\n"
    "       tlsscope -i INTERFACE [options] [BPF filter]\n"
    "\n"
    "FILE is a pcap or pcapng capture, plain or compressed (gzip, zstd, lz4, xz, bzip2); `-` is standard input; a "
    "directory or a\n"
    "quoted pattern is a set of rotated captures, read as one in order of time.\n";

constexpr const char* kExamples =
    "\nExamples:\n"
    "  tlsscope capture.pcapng                      a table, one row per connection, then a summary\n"
    "  tlsscope capture.pcapng --explain 3          connection 3 step by step, in words\n"
    "  tlsscope capture.pcapng --csv out.csv        one row per connection, all columns (--list-columns)\n"
    "  tlsscope capture.pcapng --html out.html      a page to look at and to pass on\n"
    "  tlsscope capture.pcapng --json - | jq .sni   one JSON object per line\n"
    "  tlsscope --compare old.pcap new.pcap         what became slower, failed, appeared or went\n"
    "  sudo tlsscope -i eth0 port 443               handshakes as they happen, a summary at the end (Ctrl-C)\n"
    "  tlsscope *.pcap 'host 10.0.0.1 and port 443' only what the BPF filter lets through\n"
    "\nExit status: 0 fine; 1 a condition of --fail-on holds; 2 bad usage, unreadable input or filter; 3 input damaged "
    "or cut\n"
    "short, and the report covers what could be read; 4 a report could not be written.\n";

constexpr unsigned kHelpWidth = 110;

po::options_description visible() {
    po::options_description input{"Input", kHelpWidth, kHelpWidth / 2};
    input.add_options()("read,r", po::value<std::vector<std::string>>()->composing()->value_name("FILE"),
                        "read this capture (the same as naming it)")(
        "filter,f", po::value<std::string>()->value_name("BPF"),
        "keep only frames that match the filter (pcap-filter(7))")("count,c", po::value<std::string>()->value_name("N"),
                                                                   "stop after N packets")(
        "ignore-vlan", "the same addresses and ports on two VLANs are one connection");
    po::options_description live{"Live capture", kHelpWidth, kHelpWidth / 2};
    live.add_options()("interface,i", po::value<std::string>()->value_name("IF"),
                       "capture on this interface; `any` is all of them")(
        "list-interfaces,D", "the interfaces one can capture on, with their addresses and state")(
        "snapshot-length,s", po::value<std::string>()->value_name("BYTES"),
        "keep so much of each packet (default 262144)")("no-promiscuous-mode,p",
                                                        "leave the interface's promiscuous mode alone")(
        "buffer-size,B", po::value<std::string>()->value_name("KIB"), "the kernel's capture buffer (default 8192)")(
        "duration", po::value<std::string>()->value_name("S"), "end the capture after S seconds")(
        "connections", po::value<std::string>()->value_name("N"), "end the capture after N connections")(
        "emit", po::value<std::string>()->value_name("WHEN"),
        "a connection becomes a row at its `handshake` (when it completes or fails; the default) or at its `close`")(
        "write,w", po::value<std::string>()->value_name("FILE"), "write the packets seen (pcapng)")(
        "keep", po::value<std::string>()->value_name("RULES"),
        "with -w: only the packets of connections that match any of slow>MS, failed, alert, sni:TEXT")(
        "rotate-seconds,G", po::value<std::string>()->value_name("S"),
        "begin new CSV, JSON and pcapng files every S seconds; strftime(3) makes their names")(
        "rotate-size,C", po::value<std::string>()->value_name("SIZE"),
        "begin a new file beyond so many million bytes (or 10k, 10M, 10G); numbers follow the name")(
        "rotate-files,W", po::value<std::string>()->value_name("N"),
        "with -C: a ring of N files; with -G alone: end after N files")(
        "metrics", po::value<std::string>()->value_name("WHERE"),
        "OpenMetrics: serve them at a port or address (9100, [::1]:9100; loopback unless written out), or write them "
        "to a file");
    po::options_description output{"Output", kHelpWidth, kHelpWidth / 2};
    output.add_options()("csv", po::value<std::string>()->value_name("FILE"),
                         "write one row per connection; `-` is standard output")(
        "json", po::value<std::string>()->value_name("FILE"), "write one JSON object per connection and line (NDJSON)")(
        "html", po::value<std::string>()->value_name("FILE"),
        "write one self-contained page: distributions, findings, every handshake step by step")(
        "cbom", po::value<std::string>()->value_name("FILE"),
        "write the cryptography in use as a CycloneDX 1.6 bill of materials (JSON): protocols, certificates, "
        "algorithms")("compare",
                      "the two captures named are before and after: what became slower, failed, appeared or went; with "
                      "--html as a page")("fail-on", po::value<std::string>()->value_name("WHAT"),
                                          "exit with 1 if any of these holds, separated by commas: tls_p95>300 "
                                          "failed>1% weak classical cert_days<30 or an anomaly's name")(
        "junit", po::value<std::string>()->value_name("FILE"), "with --fail-on: write the result as JUnit's XML")(
        "columns", po::value<std::string>()->value_name("A,B,C"),
        "only these columns or groups of columns, in this order, in CSV and JSON")(
        "explain", po::value<std::vector<std::string>>()->composing()->value_name("N"),
        "connection N step by step, in words (N,M,... for several)")(
        "summary",
        "only the summary, no table; before a list of tls,pq,certs,servers,clients,failures,slow: only these views")(
        "color", po::value<std::string>()->value_name("WHEN"), "`auto`, `always` or `never`; auto respects NO_COLOR")(
        "quiet,q", "no table and no summary, only the files asked for")("verbose,v", "say more; twice: more still");
    po::options_description certificates{"Certificates", kHelpWidth, kHelpWidth / 2};
    certificates.add_options()("ca-file", po::value<std::string>()->value_name("FILE"),
                               "check chains against the CAs in this PEM file; `system`: those this machine trusts "
                               "(default: no chain is built)")(
        "at", po::value<std::string>()->value_name("TIME"),
        "check certificates as of `now`, 2027-01-31 or 2027-01-31T12:00:00 (UTC; default: the time of the packet)")(
        "certs", po::value<std::string>()->value_name("DIR"),
        "write every chain seen to DIR, as SHA-256-OF-ITS-FIRST-CERTIFICATE.pem");
    po::options_description run{"Running", kHelpWidth, kHelpWidth / 2};
    run.add_options()("threads", po::value<std::string>()->value_name("N"),
                      "worker threads; the reports are the same for any number")(
        "memory", po::value<std::string>()->value_name("MIB"), "memory for connections and reassembly (default 2048)")(
        "no-resolve,n", "accepted out of habit: addresses are never resolved")(
        "user", po::value<std::string>()->value_name("USER"),
        "become this user when the capture is open (default: who called sudo, or nobody)")(
        "no-sandbox", "give up all rights, but confine neither files (Landlock) nor system calls (seccomp)");
    po::options_description about{"About", kHelpWidth, kHelpWidth / 2};
    about.add_options()("list-columns", "every column: name, type, unit, meaning")(
        "list-anomalies", "every anomaly: name, severity, meaning")(
        "list-rules", "every rule: what it says, when, how it may be wrong, and the cure")(
        "show-limits", "how much memory the other options allow, term by term")(
        "version,V", "version of tlsscope and of what it stands on")("help,h", "this text");
    po::options_description all;
    all.add(input).add(live).add(output).add(certificates).add(run).add(about);
    return all;
}

/// Program_options cannot count a flag: -v, -vv and -v -v are taken out before it looks.
std::vector<std::string> without_verbose(int argc, const char* const* argv, int& verbose) {
    std::vector<std::string> rest;
    bool only_words = false;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        only_words = only_words || word == "--";
        const bool flag = word.size() > 1 && word[0] == '-' && word.find_first_not_of('v', 1) == std::string::npos;
        if (!only_words && (flag || word == "--verbose")) verbose += flag ? static_cast<int>(word.size()) - 1 : 1;
        else rest.push_back(word);
    }
    return rest;
}

bool looks_like_input(const std::string& word) {
    if (word == "-") return true;
    std::error_code ignored;
    if (std::filesystem::exists(word, ignored)) return true;
    return word.find_first_of("*?[") != std::string::npos && word.find(' ') == std::string::npos;
}

std::string joined(const std::vector<std::string>& words, const char* separator) {
    std::string out;
    for (const std::string& w : words) out += (out.empty() ? "" : separator) + w;
    return out;
}

/// Leading words that are files are inputs; the rest is the filter, as with tcpdump.
bool sort_words(const std::vector<std::string>& words, Options& o, std::string& error) {
    std::size_t i = 0;
    while (o.interface.empty() && i < words.size() && looks_like_input(words[i])) o.inputs.push_back(words[i++]);
    if (i == words.size()) return true;
    if (o.inputs.empty() && o.interface.empty()) {
        error = "cannot read " + words[i] + ": no such file or directory";
        return false;
    }
    if (!o.filter.empty()) {
        error = "cannot read " + words[i] + ": no such file (and a filter was already given with -f)";
        return false;
    }
    o.filter = joined({words.begin() + static_cast<std::ptrdiff_t>(i), words.end()}, " ");
    return true;
}

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> out;
    std::istringstream in{list};
    for (std::string item; std::getline(in, item, ',');)
        if (!item.empty()) out.push_back(item);
    return out;
}

/// Leaves `out` alone when the option was not given. (lexical_cast would take "-1" for a very large number.)
bool read_number(const po::variables_map& got, const std::string& option, std::uint64_t& out, std::string& error) {
    if (!got.count(option)) return true;
    const std::string& text = got[option].as<std::string>();
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (fault == std::errc{} && end == text.data() + text.size()) return true;
    error = "--" + option + " takes a number, not '" + text + "'";
    return false;
}

bool read_numbers(const po::variables_map& got, Options& o, std::string& error) {
    std::uint64_t threads = o.threads;
    if (!read_number(got, "count", o.max_frames, error) || !read_number(got, "threads", threads, error) ||
        !read_number(got, "memory", o.memory_mib, error) || !read_number(got, "snapshot-length", o.snaplen, error) ||
        !read_number(got, "buffer-size", o.buffer_kib, error) || !read_number(got, "duration", o.duration_s, error) ||
        !read_number(got, "connections", o.max_connections, error))
        return false;
    o.threads = static_cast<unsigned>(std::clamp<std::uint64_t>(threads, 1, 64));
    o.memory_mib = std::clamp<std::uint64_t>(o.memory_mib, 16, 1U << 24);
    constexpr std::uint64_t kMaxSnaplen = 262144;
    o.snaplen = o.snaplen == 0 ? kMaxSnaplen : std::min(o.snaplen, kMaxSnaplen);
    o.buffer_kib = o.buffer_kib == 0 ? Options{}.buffer_kib : std::min<std::uint64_t>(o.buffer_kib, 1U << 20);
    return true;
}

bool read_explain(const po::variables_map& got, Options& o, std::string& error) {
    if (!got.count("explain")) return true;
    for (const std::string& list : got["explain"].as<std::vector<std::string>>()) {
        for (const std::string& item : split(list)) {
            if (item.find_first_not_of("0123456789") != std::string::npos || item.size() > 12) {
                error = "--explain takes numbers of connections (first column of the table), not '" + item + "'";
                return false;
            }
            o.explain.push_back(std::stoull(item));
        }
    }
    return true;
}

bool read_color(const po::variables_map& got, Options& o, std::string& error) {
    if (!got.count("color")) return true;
    const std::string& when = got["color"].as<std::string>();
    if (when == "auto") o.color = Options::Color::automatic;
    else if (when == "always") o.color = Options::Color::always;
    else if (when == "never") o.color = Options::Color::never;
    else {
        error = "--color takes auto, always or never, not '" + when + "'";
        return false;
    }
    return true;
}

bool read_emit(const po::variables_map& got, Options& o, std::string& error) {
    if (!got.count("emit")) return true;
    const std::string& when = got["emit"].as<std::string>();
    if (when == "handshake") o.emit = Options::Emit::handshake;
    else if (when == "close") o.emit = Options::Emit::close;
    else {
        error = "--emit takes handshake or close, not '" + when + "'";
        return false;
    }
    return true;
}

/// Options that mean something only with -i, and inputs, which mean nothing with it.
bool check_source(const po::variables_map& got, const Options& o, std::string& error) {
    if (!o.interface.empty()) {
        if (o.inputs.empty()) return true;
        error = "-i captures on " + o.interface + ", so " + o.inputs.front() + " cannot be read too";
        return false;
    }
    for (const char* live :
         {"snapshot-length", "no-promiscuous-mode", "buffer-size", "duration", "connections", "emit", "user",
          "no-sandbox", "write", "keep", "rotate-seconds", "rotate-size", "rotate-files", "metrics"}) {
        if (!got.count(live)) continue;
        error = std::string{"--"} + live + " is for live capture: give an interface with -i";
        return false;
    }
    if (!o.inputs.empty()) return true;
    error = "no capture given: tlsscope FILE, or tlsscope -i INTERFACE (--help lists the options)";
    return false;
}

bool read_rotation(const po::variables_map& got, Options& o, std::string& error) {
    const auto number = [&](const char* option, auto& out) {
        if (!got.count(option)) return true;
        const auto n = files::parse_count(got[option].as<std::string>(), error);
        if (n) out = *n;
        else error = std::string{"--"} + option + ": " + error;
        return n.has_value();
    };
    if (!number("rotate-seconds", o.rotation.seconds) || !number("rotate-files", o.rotation.files)) return false;
    if (!got.count("rotate-size")) return true;
    const auto bytes = files::parse_size(got["rotate-size"].as<std::string>(), error);
    if (bytes) o.rotation.bytes = *bytes;
    else error = "--rotate-size: " + error;
    return bytes.has_value();
}

bool read_metrics(const po::variables_map& got, Options& o, std::string& error) {
    if (!got.count("metrics")) return true;
    const std::string& where = got["metrics"].as<std::string>();
    metrics::Address address;
    if (metrics::parse_address(where, address, error)) o.metrics_address = address;
    else if (error.empty()) o.metrics_file = where;
    return error.empty();
}

bool read_certificates(const po::variables_map& got, Options& o, std::string& error) {
    if (got.count("ca-file")) o.ca_file = got["ca-file"].as<std::string>();
    if (got.count("certs")) o.certs = got["certs"].as<std::string>();
    if (got.count("fail-on")) o.fail_on = got["fail-on"].as<std::string>();
    if (!got.count("at")) return true;
    const std::string& when = got["at"].as<std::string>();
    o.at = when == "now" ? wall_clock() / 1'000'000'000 : parse_time(when);
    if (!o.at) error = "--at takes now, 2027-01-31 or 2027-01-31T12:00:00, not '" + when + "'";
    return o.at.has_value();
}

/// One name for standard output: two descriptors of one file would write over each other.
std::string output_path(const po::variables_map& got, const char* option) {
    if (!got.count(option)) return {};
    const std::string& path = got[option].as<std::string>();
    return path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1" ? "-" : path;
}

Options::Ask what_is_asked(const po::variables_map& got) {
    if (got.count("help")) return Options::Ask::help;
    if (got.count("version")) return Options::Ask::version;
    if (got.count("list-interfaces")) return Options::Ask::list_interfaces;
    if (got.count("list-columns")) return Options::Ask::list_columns;
    if (got.count("list-anomalies")) return Options::Ask::list_anomalies;
    if (got.count("list-rules")) return Options::Ask::list_rules;
    if (got.count("show-limits")) return Options::Ask::show_limits;
    return Options::Ask::nothing;
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv, std::string& error) {
    Options o;
    for (int i = 0; i < argc; ++i) o.command_line += (i == 0 ? "" : " ") + report::shell_word(argv[i]);
    std::vector<std::string> words = without_verbose(argc, argv, o.verbose);
    if (!take_views(words, o.views, error)) return std::nullopt;

    po::options_description all = visible();
    all.add_options()("word", po::value<std::vector<std::string>>(), "");
    po::positional_options_description positional;
    positional.add("word", -1);
    po::variables_map got;
    try {
        // No guessing: an option that is added later must not change what an abbreviation means.
        const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(words).options(all).positional(positional).style(style).run(), got);
        po::notify(got);
    } catch (const po::error& e) {
        error = std::string{e.what()} + " (--help lists the options)";
        return std::nullopt;
    }
    o.ask = what_is_asked(got);
    if (o.ask != Options::Ask::nothing && o.ask != Options::Ask::show_limits) return o;

    if (got.count("interface")) o.interface = got["interface"].as<std::string>();
    o.promiscuous = got.count("no-promiscuous-mode") == 0;
    if (got.count("read")) o.inputs = got["read"].as<std::vector<std::string>>();
    if (got.count("filter")) o.filter = got["filter"].as<std::string>();
    o.csv = output_path(got, "csv");
    o.json = output_path(got, "json");
    o.html = output_path(got, "html");
    o.cbom = output_path(got, "cbom");
    o.junit = output_path(got, "junit");
    o.write = output_path(got, "write");
    if (got.count("keep")) o.keep = got["keep"].as<std::string>();
    if (got.count("columns")) o.columns = split(got["columns"].as<std::string>());
    if (got.count("user")) o.user = got["user"].as<std::string>();
    o.sandbox = got.count("no-sandbox") == 0;
    o.summary_only = got.count("summary") != 0;
    o.quiet = got.count("quiet") != 0;
    o.compare = got.count("compare") != 0;
    o.ignore_vlan = got.count("ignore-vlan") != 0;
    if (!read_numbers(got, o, error) || !read_explain(got, o, error) || !read_color(got, o, error) ||
        !read_emit(got, o, error) || !read_rotation(got, o, error) || !read_metrics(got, o, error) ||
        !read_certificates(got, o, error))
        return std::nullopt;
    if (got.count("word") && !sort_words(got["word"].as<std::vector<std::string>>(), o, error)) return std::nullopt;
    if (o.ask == Options::Ask::show_limits) return o;
    if (!check_source(got, o, error) || !check_outputs(o, error) || !check_comparison(o, error)) return std::nullopt;
    return o;
}

std::string help_text() {
    std::ostringstream out;
    out << kUsage << visible() << kExamples;
    return out.str();
}

}  // namespace tlsscope::app
