#include "live_view/story.h"

#include <algorithm>
#include <array>
#include <utility>

#include "report/explain.h"
#include "report/output.h"

namespace tlsscope::live_view {

namespace {

using report::Paint;

constexpr char kEscape = '\x1b';

/// The colour a sequence of report::painted() begins.
Paint paint_of_sequence(std::string_view sequence) {
    constexpr std::array kAll = {Paint::bold,  Paint::dim,  Paint::red,     Paint::yellow,
                                 Paint::green, Paint::cyan, Paint::magenta, Paint::strong_yellow};
    const report::Style coloured{.width = 80, .colour = true, .unicode = true};
    for (const Paint p : kAll)
        if (report::painted(coloured, p, "x").starts_with(sequence)) return p;
    return Paint::none;
}

}  // namespace

std::vector<Run> runs_of(std::string_view line) {
    std::vector<Run> out;
    Ink ink;
    while (!line.empty()) {
        const std::size_t text = std::min(line.find(kEscape), line.size());
        if (text > 0) out.push_back({std::string{line.substr(0, text)}, ink});
        line.remove_prefix(text);
        const std::size_t end = line.find('m');
        if (line.empty() || end == std::string_view::npos) break;
        ink.paint = paint_of_sequence(line.substr(0, end + 1));
        line.remove_prefix(end + 1);
    }
    return out;
}

Story::Story(const record::Schema& schema, const report::RunInfo& run, const report::Style& style)
    : schema_{schema}, run_{run}, style_{style} {
    run_.inputs.clear();   // explain() would name a file to read the connection from again
    style_.colour = true;  // told apart by runs_of; the screen decides what it shows of it
}

void Story::open(EntryPointer entry) {
    if (entry_ == nullptr) top_ = 0;
    entry_ = std::move(entry);
    width_ = 0;
}

void Story::close() {
    entry_.reset();
    lines_ = {};
    top_ = 0;
}

void Story::lay_out(std::size_t width) {
    if (entry_ == nullptr || width == width_) return;
    width_ = width;
    style_.width = width;
    std::string text;
    const auto out = report::output_to(text);
    report::explain(entry_->record, schema_, run_, style_, *out);
    out->finish();
    lines_.clear();
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        lines_.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    set_page(page_);
}

void Story::set_page(std::size_t lines) {
    page_ = std::max<std::size_t>(lines, 1);
    top_ = std::min(top_, lines_.size() - std::min(page_, lines_.size()));
}

void Story::move(std::ptrdiff_t lines) {
    const auto at = static_cast<std::ptrdiff_t>(top_) + lines;
    top_ = static_cast<std::size_t>(std::max<std::ptrdiff_t>(at, 0));
    set_page(page_);
}

void Story::to_end() {
    top_ = lines_.size();
    set_page(page_);
}

}  // namespace tlsscope::live_view
