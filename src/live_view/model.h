// What the view knows and where its reader is, without a terminal. One thread only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "live_view/columns.h"
#include "live_view/figures.h"
#include "live_view/listing.h"
#include "live_view/rows.h"
#include "live_view/stats.h"
#include "live_view/story.h"
#include "record/connection.h"
#include "record/schema.h"
#include "report/text.h"
#include "report/writer.h"

namespace tlsscope::live_view {

/// Bounded: rows and ladders by Limits, the numbers by report's counters. The schema outlives it.
class Model {
  public:
    Model(const record::Schema& schema, const report::RunInfo& run, const report::Style& style,
          const Limits& limits = {});

    /// A connection reported for the first time: its handshake is complete or failed, or it ended without one. When its
    /// stream is known, this is an update().
    void add(record::ConnectionRecord&& record);
    /// More is known of a connection that was added: it closed. Forgotten ones stay so, and nothing is counted twice.
    void update(record::ConnectionRecord&& record);
    /// To be called a few times a second: rates are worked out from one call to the next.
    void tick(const Stats& stats) { figures_.tick(stats); }
    /// A line for the reader (a diagnostic that would otherwise spoil the screen); any bytes; stands until a key.
    void tell(std::string_view message);

    const report::RunInfo& run() const { return run_; }
    const report::Style& style() const { return style_; }
    const Columns& columns() const { return columns_; }
    const Figures& figures() const { return figures_; }
    const Rows& rows() const { return rows_; }

    /// The list, brought up to date.
    Listing& listing();
    /// The story of one connection, when one is opened.
    Story& story() { return story_; }

    void pause(bool on) { listing_.pause(on, rows_); }
    void open_selected();

    /// What the keyboard is used for.
    enum class Mode : std::uint8_t { list, filter, story, help };
    Mode mode = Mode::list;
    std::string typed;          ///< the filter while it is edited, as typed
    std::string filter_before;  ///< what Escape goes back to
    bool quit = false;          ///< the reader asked to end
    std::string message;        ///< see tell(); visible text

  private:
    void put(Entry&& entry);

    const record::Schema& schema_;
    report::RunInfo run_;
    report::Style style_;
    Columns columns_;
    Rows rows_;
    Figures figures_;
    Listing listing_;
    Story story_;
};

}  // namespace tlsscope::live_view
