#include "app/live_run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <unordered_set>

#include "app/analysis.h"
#include "app/console.h"
#include "app/logging.h"
#include "app/outputs.h"
#include "app/packet_keeper.h"
#include "app/rights.h"
#include "app/run.h"
#include "app/telemetry.h"
#include "app/version.h"
#include "app/wall_clock.h"
#include "capture/live_source.h"
#include "dissectors/packet/decoder.h"
#include "live_view/live_view.h"
#include "pipeline/live.h"
#include "report/escape.h"
#include "report/explain.h"
#include "report/format.h"

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
        if (!options_.keep.empty() && !(rule_ = capture::KeepRule::parse(options_.keep, schema_, error)))
            return refuse(error, kUsage);
        const auto policy = certificate_policy(options_, error);
        if (!policy) return refuse(error, kUsage);
        certificates_ = *policy;
        const auto source = capture::open_live(source_options(), error);
        if (!source || !telemetry_.listen(options_, error)) return refuse(error, kUsage);
        open_view();
        if (!give_up_rights(plan_for(options_, telemetry_.listens()))) return kUsage;
        if (!open_outputs(*source, error)) return refuse(error, outputs_.bad_usage() ? kUsage : kNotWritten);
        if (view_ == nullptr) log_info("capturing on " + options_.interface);
        return capture(*source);
    }

  private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kFlushEvery{500};
    static constexpr std::chrono::milliseconds kDrawEvery{250};
    static constexpr std::uint64_t kPageLadders = 1000;  // nobody can read a link a second time: the first ones

    static int refuse(const std::string& error, int status) {
        log_error(error);
        return status;
    }

    capture::LiveOptions source_options() const {
        capture::LiveOptions live;
        live.interface = options_.interface;
        live.filter = options_.filter;
        live.snaplen = static_cast<int>(options_.snaplen);
        live.promiscuous = options_.promiscuous;
        live.buffer_bytes = static_cast<int>(std::min<std::uint64_t>(options_.buffer_kib * 1024, 1U << 30));
        live.supported_link_type = packet::supports_link_type;
        live.missing_right = privileges::missing_right;
        return live;
    }

    /// Where rows would scroll over a terminal, the live table takes their place. Before the rights are given up: it
    /// reads the terminal's description.
    void open_view() {
        if (!options_.wants_live_table() || isatty(STDOUT_FILENO) == 0 || isatty(STDIN_FILENO) == 0) return;
        std::string error;
        view_ = live_view::LiveView::open(schema_, info_, {.style = style_, .limits = {}}, error);
        if (view_ == nullptr) log_warning(error);
        else options_.summary_only = true;
    }

    bool open_outputs(const capture::LiveSource& source, std::string& error) {
        if (!outputs_.open(options_, schema_, style_, error)) return false;
        if (!telemetry_.open_file(options_, error)) return false;
        if (!options_.write.empty()) {
            keeper_ = PacketKeeper::open(options_, rule_, info_.program, error);
            if (!keeper_) return false;
            keeper_->capture_from(source);
        }
        outputs_.begin(schema_, info_);
        telemetry_.begin(schema_, info_);
        outputs_.flush();
        return true;
    }

    int capture(capture::LiveSource& source) {
        Interruption interruption;
        const Clock::time_point end = Clock::now() + std::chrono::seconds{options_.duration_s};
        pipeline::LiveAnalysisOptions how;
        how.analysis = analysis_options(options_, certificates_);
        how.wall_clock = wall_clock;
        if (outputs_.page() != nullptr) how.analysis.first_ladders = kPageLadders;
        // Whichever connection is opened in the table, its steps are wanted; the table bounds what it keeps.
        if (view_ != nullptr) how.analysis.first_ladders = std::numeric_limits<std::uint64_t>::max();
        how.max_connections = options_.max_connections;
        how.analysis.stop = [&] {
            return interruption.requested() || left_ || complete() || abandoned() ||
                   (options_.duration_s != 0 && Clock::now() >= end);
        };
        if (keeper_) how.analysis.frames = [&](std::span<const capture::Frame> f) { keeper_->frames(f); };
        if (keeper_ && keeper_->wants_segments()) {
            how.segment = [&](std::uint64_t stream, std::uint64_t frame) { keeper_->segment(stream, frame); };
            how.skipped = [&](std::uint64_t stream) { keeper_->forget(stream); };
        }
        const auto result = pipeline::analyze_live(
            source, how, [&](record::ConnectionRecord&& r, pipeline::Moment m) { take(std::move(r), m); },
            [&](const pipeline::LiveStatus& status) { tick(status, source); });
        view_.reset();
        return finish(source, result);
    }

    /// -W: nothing more is to be written.
    bool complete() const { return outputs_.complete() || (keeper_ && keeper_->complete()); }

    /// Nobody reads any more what this run was to write.
    bool abandoned() const {
        if (telemetry_.listens() || !options_.metrics_file.empty() || (outputs_.none() && !keeper_)) return false;
        return (outputs_.none() || outputs_.abandoned()) && (!keeper_ || keeper_->abandoned());
    }

    void take(record::ConnectionRecord&& r, pipeline::Moment moment) {
        const bool at_handshake = options_.emit == Options::Emit::handshake;
        if (moment == pipeline::Moment::handshake) {
            telemetry_.handshake(r);
            told_.insert(r.stream);
            if (!at_handshake) return;
            outputs_.row(r);
            if (view_ != nullptr) view_->add(std::move(r));
            return;
        }
        const bool told = told_.erase(r.stream) != 0;
        const bool fresh = !told || !at_handshake;
        if (fresh) outputs_.row(r);
        outputs_.over(r);
        telemetry_.over(r, told);
        if (keeper_) keeper_->over(r);
        report::Output* people = outputs_.for_people();
        if (people != nullptr && std::ranges::find(options_.explain, r.stream) != options_.explain.end())
            report::explain(r, schema_, info_, style_, *people);
        if (view_ == nullptr) return;
        if (fresh) view_->add(std::move(r));
        else view_->update(std::move(r));
    }

    void tick(const pipeline::LiveStatus& status, const capture::LiveSource& source) {
        last_ = status;
        tell_problems(source);
        for (auto wish = requests_.next(); wish != Requests::Kind::none; wish = requests_.next()) grant(wish, status);
        show(status);
        std::string problem;
        telemetry_.tick(state_of(status), problem);
        if (!problem.empty()) say(problem);
        if (Clock::now() < next_flush_) return;
        next_flush_ = Clock::now() + kFlushEvery;
        outputs_.flush();
        if (keeper_) keeper_->tick(status.drops);
        tell_output_problems();
    }

    void grant(Requests::Kind wish, const pipeline::LiveStatus& status) {
        if (wish == Requests::Kind::statistics) return tell_statistics(status);
        // Under the table nobody moves files away: the terminal is gone.
        if (view_ != nullptr) {
            left_ = true;
            return;
        }
        outputs_.reopen();
        if (keeper_) keeper_->reopen();
    }

    /// Whatever the level of messages: it was asked for.
    void tell_statistics(const pipeline::LiveStatus& s) {
        const auto number = [](std::uint64_t n) { return std::to_string(n); };
        std::string text = number(s.frames) + " packets captured, " + number(s.drops.kernel) + " dropped by kernel, " +
                           number(s.drops.interface) + " dropped by interface; " + number(s.open_connections) +
                           " connections open, " + number(s.reported) + " over, " + number(s.evicted) +
                           " evicted; not written: " + number(outputs_.lost_rows()) + " rows, " +
                           number(lost_packets()) + " packets; " + report::readable_bytes(resident_memory()) +
                           " of memory";
        if (view_ != nullptr) view_->tell(text);
        else std::fprintf(stderr, "%s\n", text.c_str());
    }

    metrics::State state_of(const pipeline::LiveStatus& s) const {
        metrics::State out;
        out.packets = s.frames;
        out.bytes = s.bytes;
        out.dropped_by_kernel = s.drops.kernel;
        out.dropped_by_interface = s.drops.interface;
        out.unwritten_rows = outputs_.lost_rows();
        out.unwritten_packets = lost_packets();
        out.evicted_connections = s.evicted;
        out.open_connections = s.open_connections;
        return out;
    }

    std::uint64_t lost_packets() const { return keeper_ ? keeper_->lost() : 0; }

    void show(const pipeline::LiveStatus& status) {
        if (view_ == nullptr) return;
        if (Clock::now() >= next_draw_) {
            next_draw_ = Clock::now() + kDrawEvery;
            view_->tick({.now = status.now,
                         .packets = status.frames,
                         .bytes = status.bytes,
                         .kernel_drops = status.drops.kernel,
                         .interface_drops = status.drops.interface,
                         .own_drops = outputs_.lost_rows() + lost_packets(),
                         .open_connections = status.open_connections,
                         .trouble = status.waiting ? "the interface is down: waiting for it" : ""});
        }
        if (!view_->run_once(std::chrono::milliseconds{0})) left_ = true;
    }

    void tell_problems(const capture::LiveSource& source) {
        for (; problems_told_ < source.problems().size(); ++problems_told_)
            say(source.problems()[problems_told_].text());
    }

    void tell_output_problems() {
        if (const std::string text = outputs_.take_problem(); !text.empty()) say(text);
        const std::string text = keeper_ ? keeper_->take_problem() : std::string{};
        if (!text.empty()) say(text);
    }

    void say(const std::string& text) {
        if (view_ != nullptr) view_->tell(text);
        else log_warning(text);
    }

    int finish(capture::LiveSource& source, const pipeline::AnalysisResult& result) {
        tell_problems(source);
        report::Totals totals = totals_of(result);
        const capture::Drops drops = source.drops();
        totals.accounting.insert(totals.accounting.begin(), link_account(drops, result.frames));
        check_accounts(totals.accounting);
        for (const capture::Problem& p : source.problems()) totals.problems.push_back(p.text());
        if (!result.flood.empty()) totals.problems.push_back(result.flood);
        if (drops.kernel + drops.interface != 0)
            totals.problems.push_back(std::to_string(drops.kernel) + " packets dropped by the kernel, " +
                                      std::to_string(drops.interface) +
                                      " by the interface: a larger buffer (-B) or a filter helps");
        bool written = true;
        std::string error;
        if (keeper_ && !keeper_->finish(drops, error)) {
            written = error.empty();
            if (!written) log_error(error);
        }
        if (keeper_ && !keeper_->text().empty()) log_info(keeper_->text());
        last_.frames = result.frames;
        last_.drops = drops;
        last_.open_connections = 0;
        if (!telemetry_.finish(state_of(last_), error)) {
            written = false;
            log_error(error);
        }
        const bool good = outputs_.finish(totals) && written;
        const bool shut = outputs_.gate_shut();
        return !good ? kNotWritten : shut ? kGate : kOk;
    }

    /// What crossed the link while the capture ran, as the kernel counts it.
    record::Account link_account(const capture::Drops& drops, std::uint64_t captured) const {
        record::Account account{"link_packets", drops.received + drops.kernel + drops.interface, {}};
        account.add("captured", captured);
        account.add("dropped_by_kernel", drops.kernel);
        account.add("dropped_by_interface", drops.interface);
        const bool loopback = options_.interface == "lo" || options_.interface == "any";
        if (drops.received > captured)
            account.add(loopback ? "unread_or_loopback_copies" : "unread", drops.received - captured);
        return account;
    }

    Options options_;
    record::Schema schema_;
    report::Style style_;
    report::RunInfo info_;
    verdict::CertificatePolicy certificates_;
    Outputs outputs_;
    Telemetry telemetry_;
    std::optional<capture::KeepRule> rule_;
    std::unique_ptr<PacketKeeper> keeper_;
    pipeline::LiveStatus last_;
    Requests requests_;
    std::unique_ptr<live_view::LiveView> view_;
    bool left_ = false;  // the table, by a key or because the terminal is gone
    Clock::time_point next_draw_;
    std::unordered_set<std::uint64_t> told_;  // of their handshake, and still open
    std::size_t problems_told_ = 0;
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
