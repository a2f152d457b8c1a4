#include "app/live_run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <unordered_set>

#include "app/console.h"
#include "app/logging.h"
#include "app/outputs.h"
#include "app/rights.h"
#include "app/run.h"
#include "app/version.h"
#include "capture/live_source.h"
#include "dissectors/packet/decoder.h"
#include "live_view/live_view.h"
#include "pipeline/live.h"
#include "report/escape.h"
#include "report/explain.h"

namespace tlsscope::app {

namespace {

class LiveRun {
  public:
    explicit LiveRun(const Options& options)
        : options_{options},
          schema_{pipeline::make_schema()},
          style_{stdout_style(options)},
          info_{version_line(), {"interface " + options.interface}, options.command_line} {}

    int go() {
        std::string error;
        const auto source = capture::open_live(source_options(), error);
        if (!source) {
            log_error(error);
            return kUsage;
        }
        open_view();
        if (!give_up_rights(plan_for(options_, {}, false))) return kUsage;
        if (!outputs_.open(options_, schema_, style_, error)) {
            log_error(error);
            return outputs_.bad_usage() ? kUsage : kNotWritten;
        }
        outputs_.begin(schema_, info_);
        outputs_.flush();
        if (view_ == nullptr) log_info("capturing on " + options_.interface);
        return capture(*source);
    }

  private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kFlushEvery{500};
    static constexpr std::chrono::milliseconds kDrawEvery{250};
    static constexpr std::uint64_t kPageLadders = 1000;  // nobody can read a link a second time: the first ones

    capture::LiveOptions source_options() const {
        capture::LiveOptions live;
        live.interface = options_.interface;
        live.filter = options_.filter;
        live.snaplen = static_cast<int>(options_.snaplen);
        live.promiscuous = options_.promiscuous;
        live.buffer_bytes = static_cast<int>(std::min<std::uint64_t>(options_.buffer_kib * 1024, 1U << 30));
        live.supported_link_type = packet::supports_link_type;
        return live;
    }

    /// Where rows would scroll over a terminal, the live table takes their place. Before the rights are given up: it
    /// reads the terminal's description.
    void open_view() {
        const bool rows = !options_.quiet && !options_.summary_only && options_.csv.empty() && options_.json.empty() &&
                          options_.explain.empty();
        if (!rows || isatty(STDOUT_FILENO) == 0 || isatty(STDIN_FILENO) == 0) return;
        std::string error;
        view_ = live_view::LiveView::open(schema_, info_, {.style = style_, .limits = {}}, error);
        if (view_ == nullptr) log_warning(error);
        else options_.summary_only = true;
    }

    int capture(capture::LiveSource& source) {
        Interruption interruption;
        const Clock::time_point end = Clock::now() + std::chrono::seconds{options_.duration_s};
        pipeline::LiveAnalysisOptions how;
        how.analysis.memory_mib = options_.memory_mib;
        how.analysis.max_frames = options_.max_frames;
        how.analysis.ignore_vlan = options_.ignore_vlan;
        how.analysis.ladders = {options_.explain.begin(), options_.explain.end()};
        if (outputs_.page() != nullptr) how.analysis.first_ladders = kPageLadders;
        // Whichever connection is opened in the table, its steps are wanted; the table bounds what it keeps.
        if (view_ != nullptr) how.analysis.first_ladders = std::numeric_limits<std::uint64_t>::max();
        how.max_connections = options_.max_connections;
        how.analysis.stop = [&] {
            return interruption.requested() || outputs_.abandoned() ||
                   (options_.duration_s != 0 && Clock::now() >= end);
        };
        const auto result = pipeline::analyze_live(
            source, how, [&](record::ConnectionRecord&& r, pipeline::Moment m) { take(std::move(r), m); },
            [&](const pipeline::LiveStatus& status) { tick(status, source); });
        view_.reset();
        return finish(source, result);
    }

    void take(record::ConnectionRecord&& r, pipeline::Moment moment) {
        const bool at_handshake = options_.emit == Options::Emit::handshake;
        if (moment == pipeline::Moment::handshake) {
            if (!at_handshake) return;
            outputs_.row(r);
            shown_.insert(r.stream);
            if (view_ != nullptr) view_->add(std::move(r));
            return;
        }
        const bool fresh = shown_.erase(r.stream) == 0;
        if (fresh) outputs_.row(r);
        outputs_.over(r);
        report::Output* people = outputs_.for_people();
        if (people != nullptr && std::ranges::find(options_.explain, r.stream) != options_.explain.end())
            report::explain(r, schema_, info_, style_, *people);
        if (view_ == nullptr) return;
        if (fresh) view_->add(std::move(r));
        else view_->update(std::move(r));
    }

    void tick(const pipeline::LiveStatus& status, const capture::LiveSource& source) {
        tell_problems(source);
        for (auto wish = requests_.next(); wish != Requests::Kind::none; wish = requests_.next())
            if (wish == Requests::Kind::statistics) tell_statistics(status);
        show(status);
        if (Clock::now() < next_flush_) return;
        next_flush_ = Clock::now() + kFlushEvery;
        outputs_.flush();
    }

    /// On standard error whatever the level of messages: it was asked for.
    static void tell_statistics(const pipeline::LiveStatus& s) {
        std::fprintf(stderr,
                     "%llu packets captured, %llu dropped by kernel, %llu dropped by interface; %llu connections open, "
                     "%llu over\n",
                     static_cast<unsigned long long>(s.frames), static_cast<unsigned long long>(s.drops.kernel),
                     static_cast<unsigned long long>(s.drops.interface),
                     static_cast<unsigned long long>(s.open_connections), static_cast<unsigned long long>(s.reported));
    }

    void show(const pipeline::LiveStatus& status) {
        if (view_ == nullptr) return;
        if (Clock::now() >= next_draw_) {
            next_draw_ = Clock::now() + kDrawEvery;
            view_->tick({.now = status.now,
                         .packets = status.frames,
                         .bytes = status.bytes,
                         .kernel_drops = status.drops.kernel,
                         .interface_drops = status.drops.interface,
                         .open_connections = status.open_connections,
                         .trouble = status.waiting ? "the interface is down: waiting for it" : ""});
        }
        left_ = !view_->run_once(std::chrono::milliseconds{0});
    }

    void tell_problems(const capture::LiveSource& source) {
        for (; told_ < source.problems().size(); ++told_) {
            const std::string text = source.problems()[told_].text();
            if (view_ != nullptr) view_->tell(text);
            else log_warning(text);
        }
    }

    int finish(capture::LiveSource& source, const pipeline::AnalysisResult& result) {
        tell_problems(source);
        report::Totals totals;
        totals.frames = result.frames;
        totals.connections = result.connections;
        totals.first_time = result.first_time;
        totals.last_time = result.last_time;
        totals.accounting = result.accounting;
        for (const capture::Problem& p : source.problems()) totals.problems.push_back(p.text());
        const capture::Drops drops = source.drops();
        if (drops.kernel + drops.interface != 0)
            totals.problems.push_back(std::to_string(drops.kernel) + " packets dropped by the kernel, " +
                                      std::to_string(drops.interface) +
                                      " by the interface: a larger buffer (-B) or a filter helps");
        return outputs_.finish(totals) ? kOk : kNotWritten;
    }

    Options options_;
    record::Schema schema_;
    report::Style style_;
    report::RunInfo info_;
    Outputs outputs_;
    Requests requests_;
    std::unique_ptr<live_view::LiveView> view_;
    bool left_ = false;  // from the table
    Clock::time_point next_draw_;
    std::unordered_set<std::uint64_t> shown_;  // rows already, and still open
    std::size_t told_ = 0;
    Clock::time_point next_flush_;
};

}  // namespace

int run_live(const Options& options) { return LiveRun{options}.go(); }

std::string interface_list(std::string& error) {
    std::string out;
    for (const capture::Interface& i : capture::list_interfaces(error)) {
        out += report::visible(i.name);
        out.append(i.name.size() < 16 ? 16 - i.name.size() : 1, ' ');
        out += i.up ? (i.running ? "up, running" : "up, no link") : "down       ";
        if (i.loopback) out += ", loopback";
        if (i.wireless) out += ", wireless";
        for (const std::string& a : i.addresses) out += "  " + report::visible(a);
        if (!i.description.empty()) out += "  (" + report::visible(i.description) + ")";
        out += '\n';
    }
    return out;
}

}  // namespace tlsscope::app
