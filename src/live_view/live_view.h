// The live table on a terminal, as the loop that captures uses it.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "live_view/model.h"
#include "live_view/terminal.h"
#include "record/schema.h"
#include "report/writer.h"

namespace tlsscope::live_view {

struct LiveViewOptions {
    report::Style style;  ///< colour and unicode; the width is the terminal's
    Limits limits;
    int input = 0;  ///< file descriptors of the terminal
    int output = 1;
};

/// Takes over the terminal while it lives and gives it back when destroyed. All calls from one thread. Nothing else may
/// be written to the terminal meanwhile: diagnostics go to tell().
class LiveView {
  public:
    /// Null, with one line in `error`, when there is no fit terminal. The schema outlives the view. To be called before
    /// rights are dropped; later the view only reads and writes its terminal (and on Ctrl-Z stops its own process).
    static std::unique_ptr<LiveView> open(const record::Schema& schema, const report::RunInfo& run,
                                          const LiveViewOptions& options, std::string& error);

    /// See Model: a connection reported for the first time; one that is reported again; numbers; a diagnostic.
    void add(record::ConnectionRecord&& record) { model_.add(std::move(record)); }
    void update(record::ConnectionRecord&& record) { model_.update(std::move(record)); }
    void tick(const Stats& stats);
    void tell(std::string_view message);

    /// Waits for a key at most so long (0: not at all), does what was typed, and draws when there is a reason: a key, a
    /// tick, a message, another size. New connections alone are none, so that it may be called for every batch of
    /// packets. False once the reader asked to end or the terminal was closed.
    bool run_once(std::chrono::milliseconds wait);

    /// To be polled along with the capture: readable when a key was typed.
    int input() const { return input_; }
    bool terminal_gone() const { return terminal_->gone(); }

  private:
    LiveView(const record::Schema& schema, const report::RunInfo& run, const LiveViewOptions& options,
             std::unique_ptr<Terminal> terminal);

    Model model_;
    std::unique_ptr<Terminal> terminal_;
    int input_;
    bool drawn_ = false;
};

}  // namespace tlsscope::live_view
