#include "live_view/live_view.h"

#include <utility>

#include "live_view/draw.h"

namespace tlsscope::live_view {

namespace {

constexpr int kMostKeys = 256;  // of one turn: text pasted by mistake must not hold up the capture

}  // namespace

std::unique_ptr<LiveView> LiveView::open(const record::Schema& schema, const report::RunInfo& run,
                                         const LiveViewOptions& options, std::string& error) {
    auto terminal = Terminal::open({options.input, options.output, options.style.colour, options.style.unicode}, error);
    if (terminal == nullptr) return nullptr;
    return std::unique_ptr<LiveView>{new LiveView{schema, run, options, std::move(terminal)}};
}

LiveView::LiveView(const record::Schema& schema, const report::RunInfo& run, const LiveViewOptions& options,
                   std::unique_ptr<Terminal> terminal)
    : model_{schema, run, options.style, options.limits}, terminal_{std::move(terminal)}, input_{options.input} {}

void LiveView::tick(const Stats& stats) {
    model_.tick(stats);
    drawn_ = false;
}

void LiveView::tell(std::string_view message) {
    model_.tell(message);
    drawn_ = false;
}

bool LiveView::run_once(std::chrono::milliseconds wait) {
    if (!drawn_) draw(model_, *terminal_);
    drawn_ = true;
    terminal_->wait(wait);
    for (int i = 0; i < kMostKeys && !model_.quit; ++i) {
        const auto key = terminal_->key();
        if (!key) break;
        press(model_, *key);
        drawn_ = false;
    }
    if (terminal_->resized()) drawn_ = false;
    if (!drawn_ && !model_.quit) draw(model_, *terminal_);
    drawn_ = true;
    return !model_.quit && !terminal_->gone();
}

}  // namespace tlsscope::live_view
