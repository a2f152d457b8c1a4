// One connection step by step, as `--explain` prints it, to be scrolled.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "live_view/rows.h"
#include "live_view/screen.h"
#include "record/schema.h"
#include "report/text.h"
#include "report/writer.h"

namespace tlsscope::live_view {

/// A line of a report, with its colour sequences taken for what they are. Only for text of our own reporters: there
/// every other escape sequence was made visible.
std::vector<Run> runs_of(std::string_view line);

class Story {
  public:
    Story(const record::Schema& schema, const report::RunInfo& run, const report::Style& style);

    /// Shows a connection from its beginning; a newer state of the same one where the reader is.
    void open(EntryPointer entry);
    void close();
    bool is_open() const { return entry_ != nullptr; }
    bool is_of(std::uint64_t stream) const { return entry_ != nullptr && entry_->record.stream == stream; }

    /// Lays the text out for a width, unless that is done.
    void lay_out(std::size_t width);
    const std::vector<std::string>& lines() const { return lines_; }

    void set_page(std::size_t lines);
    std::size_t page() const { return page_; }
    std::size_t top() const { return top_; }
    void move(std::ptrdiff_t lines);
    void to_begin() { top_ = 0; }
    void to_end();

  private:
    const record::Schema& schema_;
    report::RunInfo run_;
    report::Style style_;
    EntryPointer entry_;
    std::vector<std::string> lines_;
    std::size_t width_ = 0;  // 0: to be laid out
    std::size_t top_ = 0;
    std::size_t page_ = 1;
};

}  // namespace tlsscope::live_view
