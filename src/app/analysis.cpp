#include "app/analysis.h"

#include "app/logging.h"
#include "app/run.h"
#include "capture/link_type.h"
#include "dissectors/packet/decoder.h"

namespace tlsscope::app {

pipeline::AnalysisOptions analysis_options(const Options& options, const verdict::CertificatePolicy& certificates) {
    pipeline::AnalysisOptions how;
    how.memory_mib = options.memory_mib;
    how.max_frames = options.max_frames;
    how.settings.certificates = &certificates;
    how.ignore_vlan = options.ignore_vlan;
    how.ladders = {options.explain.begin(), options.explain.end()};
    return how;
}

report::Totals totals_of(const pipeline::AnalysisResult& result) {
    report::Totals totals;
    totals.frames = result.frames;
    totals.connections = result.connections;
    totals.first_time = result.first_time;
    totals.last_time = result.last_time;
    totals.accounting = result.accounting;
    return totals;
}

void check_accounts(const record::Accounting& accounting) {
    for (const record::Account& account : accounting)
        if (!account.balanced()) log_error("internal error: the account of " + account.name + " does not add up");
}

std::optional<capture::SourceOptions> source_options(const Options& options, int stop, std::string& error) {
    capture::SourceOptions out;
    out.supported_link_type = packet::supports_link_type;
    out.stop = stop;
    if (options.filter.empty()) return out;
    out.filter = capture::Filter::make(options.filter, error);
    if (!out.filter) return std::nullopt;
    return out;
}

int judge(const capture::Source& source, const pipeline::AnalysisResult& result, std::vector<std::string>& told) {
    bool damaged = false;
    bool unreadable = false;
    for (const capture::Problem& p : source.problems()) {
        damaged = damaged || p.kind == capture::Problem::Kind::damaged;
        unreadable = unreadable || p.kind == capture::Problem::Kind::unreadable;
        told.push_back(p.text());
        if (p.kind == capture::Problem::Kind::note) log_info(p.text());
        else if (p.kind == capture::Problem::Kind::damaged) log_warning(p.text());
        else log_error(p.text());
    }
    std::uint64_t unknown = 0;
    for (const auto& [link, frames] : result.unknown_links) {
        unknown += frames;
        told.push_back(std::to_string(frames) + " frames of unknown " + capture::link_type_text(link) +
                       " could not be decoded");
        log_warning(told.back());
    }
    if (unreadable || (unknown != 0 && unknown == result.frames)) return kUsage;
    return damaged || unknown != 0 ? kDamaged : kOk;
}

bool tell_of_lost(const pipeline::AnalysisResult& result, std::vector<std::string>& told) {
    if (result.lost != 0) {
        told.push_back(std::to_string(result.lost) + " connections are missing: " + result.waiting_error);
        log_error(told.back());
    } else if (!result.waiting_error.empty()) {
        log_warning("rows wait in memory for those before them: " + result.waiting_error);
    }
    return result.lost != 0;
}

}  // namespace tlsscope::app
