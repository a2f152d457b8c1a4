#include "app/limits.h"

#include <cstdio>
#include <vector>

#include "app/analysis.h"
#include "capture/packet_store.h"
#include "live_view/rows.h"
#include "pipeline/limits.h"
#include "pipeline/live.h"
#include "report/format.h"
#include "report/html/html.h"
#include "report/inventory/cbom.h"
#include "report/inventory/view.h"
#include "report/text.h"

namespace tlsscope::app {

namespace {

using pipeline::MemoryTerm;

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;

// Measured: what a run over a capture of a few packets takes, and what the summary and the counters of metrics take
// when they are full.
constexpr std::uint64_t kBase = 24 * kMiB;
constexpr std::uint64_t kReports = 48 * kMiB;
constexpr std::uint64_t kPageRow = 256;
constexpr std::uint64_t kLadder = 32 * kKiB;  // of one handshake, with a long certificate chain
constexpr double kOverhead = 1.10;            // of the allocator

std::string binary(std::uint64_t bytes) {
    char text[32];
    if (bytes < kMiB) std::snprintf(text, sizeof text, "%.1f KiB", static_cast<double>(bytes) / kKiB);
    else std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / kMiB);
    return text;
}

void add_reading(const Options& o, std::vector<MemoryTerm>& terms) {
    if (o.interface.empty()) {
        terms.push_back({"reading", 4, 4 * kMiB, "blocks of the file, decompressed"});
        terms.push_back({"waiting rows", 1, pipeline::waiting_memory(o.threads),
                         "finished, while connections that began earlier go on; more of them wait on disk"});
        return;
    }
    terms.push_back({"capture buffer", 1, o.buffer_kib * kKiB, "shared with the kernel (-B)"});
    terms.push_back({"reading", 32, o.snaplen, "packets looked at together (-s)"});
}

void add_reports(const Options& o, std::vector<MemoryTerm>& terms) {
    terms.push_back({"reports", 1, kReports, "summary, percentiles, counters, buffers"});
    if (!o.html.empty()) {
        const report::HtmlOptions page;
        terms.push_back({"page", page.most_rows, kPageRow, "rows of --html"});
        terms.push_back({"ladders of the page", 1, page.ladder_bytes, ""});
    }
    if (!o.views.empty())
        terms.push_back({"views", o.views.size() * report::inventory::kMostEntries, report::inventory::kEntryBytes,
                         "servers, clients, certificates, kinds of failure of --summary WHAT"});
    if (!o.cbom.empty())
        terms.push_back(
            {"certificates", report::inventory::kMostEntries, report::inventory::kCertificateBytes, "of --cbom"});
    if (o.compare)
        terms.push_back({"comparison", 2 * report::inventory::kMostEntries, report::inventory::kEntryBytes,
                         "servers with their clients, certificates, kinds of failure, before and after"});
    if (!o.keep.empty())
        terms.push_back({"kept packets", 1, capture::StoreLimits{}.total_bytes, "until --keep has decided on them"});
    if (!o.wants_live_table()) return;
    terms.push_back(
        {"live table", 2, live_view::Limits{}.bytes, "on a terminal: connections shown, twice when paused"});
    terms.push_back({"ladders", pipeline::kMostOpenLadders, kLadder, "on a terminal: of connections that are open"});
}

void append_line(std::string& out, const std::string& name, const std::string& product, std::uint64_t bytes,
                 const std::string& meaning) {
    out += "  ";
    report::append_padded(out, name, 22);
    report::append_padded(out, product, 22, report::Align::right);
    report::append_padded(out, binary(bytes), 14, report::Align::right);
    out += meaning.empty() ? "\n" : "  " + meaning + "\n";
}

}  // namespace

std::string limits_text(const Options& options) {
    const verdict::CertificatePolicy nothing_asked;
    pipeline::AnalysisOptions engine = analysis_options(options, nothing_asked);
    if (options.interface.empty()) engine.threads = options.threads;
    std::vector<MemoryTerm> terms{{"base", 1, kBase, "the program and its libraries"}};
    add_reading(options, terms);
    const std::vector<MemoryTerm> more = pipeline::engine_memory(engine);
    terms.insert(terms.end(), more.begin(), more.end());
    add_reports(options, terms);

    std::string out = "Resident memory is at most 1.10 times the sum of\n\n";
    std::uint64_t sum = 0;
    for (const MemoryTerm& t : terms) {
        sum += t.bytes();
        const bool one = t.count == 1;
        append_line(out, t.name, one ? "" : report::grouped(t.count) + " x " + binary(t.each), t.bytes(), t.meaning);
    }
    out += '\n';
    append_line(out, "sum", "", sum, "");
    append_line(out, "at most", "x 1.10", static_cast<std::uint64_t>(static_cast<double>(sum) * kOverhead), "");
    if (!options.interface.empty()) return out;
    out +=
        "\nRows are written in the order of first packets. Those that wait on disk, in a file without a name in "
        "$TMPDIR "
        "(or /var/tmp, or\n/tmp), take about 2 KiB there and 8 bytes of memory each; without room there, they stay in "
        "memory, and that is said.\n";
    return out;
}

}  // namespace tlsscope::app
