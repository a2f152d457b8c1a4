#include "live_view/draw.h"

#include <algorithm>
#include <string>
#include <vector>

#include "live_view/header_view.h"
#include "live_view/keys.h"
#include "live_view/pen.h"
#include "live_view/phase_bar.h"
#include "live_view/table_view.h"
#include "report/escape.h"
#include "report/format.h"
#include "report/utf8.h"

namespace tlsscope::live_view {

namespace {

using report::Paint;

/// How the lines of the screen are shared out; the table has the rest, and its headings.
struct Layout {
    std::size_t header;
    std::size_t details;
    std::size_t table;  ///< connections
};

Layout layout(std::size_t rows) {
    Layout l{};
    l.header = rows >= 18 ? kFullHeader : rows >= 10 ? 3 : rows >= 5 ? 1 : 0;
    l.details = rows >= 30 ? kMostDetails : rows >= 20 ? 3 : 0;
    const std::size_t others = l.header + l.details + 2;  // headings, footer
    l.table = rows > others ? rows - others : 0;
    return l;
}

struct Hint {
    std::string_view key;
    std::string_view meaning;
};

/// The keys that fit, as htop shows them.
void hints(Pen pen, const std::vector<Hint>& all) {
    for (const Hint& h : all) {
        if (h.key.size() + h.meaning.size() + 1 > pen.room()) return;
        pen.put(h.key, {Paint::bold}).gap(1).put(h.meaning).gap(2);
    }
}

/// What is typed; what there is to tell; else the keys.
void footer(Model& model, Screen& screen, std::size_t row) {
    Pen pen{screen, row};
    const auto cut = [&](std::string_view text) {
        return report::shortened(model.style(), text, pen.room(), report::Cut::end);
    };
    if (model.mode == Model::Mode::filter) {
        pen.put("Filter: ", {Paint::bold});
        const std::string typed = report::visible(model.typed);
        const std::size_t room = pen.room() > 1 ? pen.room() - 1 : 0;
        pen.put(report::shortened(model.style(), typed, room)).put(" ", {Paint::none, true});
        pen.gap(2);
        return hints(pen, {{"Enter", "keep"}, {"Esc", "undo"}, {"Ctrl-U", "empty"}});
    }
    if (!model.message.empty()) {
        pen.put(cut(model.message), {Paint::strong_yellow});
        return;
    }
    if (const std::string& trouble = model.figures().stats().trouble; !trouble.empty()) {
        pen.put(cut("! " + report::visible(trouble)), {Paint::red});
        return;
    }
    if (!model.typed.empty()) {
        pen.put(report::shortened(model.style(), "/" + report::visible(model.typed), pen.room() / 2), {Paint::bold});
        pen.gap(1).put("c", {Paint::bold}).put(" Clear").gap(2);
    }
    hints(pen, {{"q", "Quit"},
                {"?", "Help"},
                {"s", "Sort"},
                {"/", "Filter"},
                {"p", model.listing().paused() ? "Go on" : "Pause"},
                {"Enter", "Ladder"},
                {"Up/Down", "Select"}});
}

void draw_list(Model& model, Screen& screen) {
    const Layout l = layout(screen.rows());
    model.listing().set_page(l.table);
    draw_header(model, screen, l.header);
    if (screen.rows() >= 2) draw_table(model, screen, l.header);
    draw_details(model, screen, l.header + 1 + l.table, l.details);
    if (screen.rows() > 0) footer(model, screen, screen.rows() - 1);
}

void draw_story(Model& model, Screen& screen) {
    if (screen.rows() == 0) return;
    Story& story = model.story();
    story.lay_out(screen.columns());
    story.set_page(screen.rows() - 1);
    const std::size_t end = std::min(story.top() + story.page(), story.lines().size());
    for (std::size_t i = story.top(); i < end; ++i) {
        if (i - story.top() + 1 >= screen.rows()) break;
        Pen pen{screen, i - story.top()};
        for (const Run& run : runs_of(story.lines()[i])) pen.put(run.text, run.ink);
    }
    Pen pen{screen, screen.rows() - 1};
    pen.put("Lines " + std::to_string(std::min(story.top() + 1, end)) + "-" + std::to_string(end) + " of " +
                std::to_string(story.lines().size()),
            {Paint::dim})
        .gap(2);
    hints(pen, {{"Esc", "Back"}, {"Up/Down", "Scroll"}, {"PgUp/PgDn", "Page"}, {"?", "Help"}});
}

void draw_help(Model& model, Screen& screen) {
    constexpr std::size_t kLeft = 15;
    std::size_t row = 0;
    const auto line = [&](std::string_view left, std::string_view right, Paint paint = Paint::bold) {
        if (row + 1 < screen.rows()) Pen{screen, row}.put(report::padded(left, kLeft), {paint}).put(right);
        ++row;
    };
    line(model.run().program, "live capture");
    line("", "");
    for (const KeyHelp& k : kKeyHelp) line(k.keys, k.meaning);
    line("", "");
    const report::Style& style = model.style();
    std::string marks;
    for (const record::Severity s : {record::Severity::high, record::Severity::medium, record::Severity::low})
        marks += std::string{report::mark_of(style, s)} + ' ' + std::string{record::name(s)} + "   ";
    line("Marks", marks + std::string{report::mark_of(style, record::Severity::none)} + " nothing of note");
    bool first = true;
    const std::size_t room = screen.columns() - std::min<std::size_t>(screen.columns(), kLeft);
    for (const std::string& l : packed(phase_legend(model.columns().phases({})), room)) {
        line(first ? "Phases" : "", l);
        first = false;
    }
    line("Percentiles", "of all connections since the start, and of the last " + report::grouped(Measure::kRecent));
    if (screen.rows() > 0) Pen{screen, screen.rows() - 1}.put("Any key: back", {Paint::dim});
}

}  // namespace

void draw(Model& model, Screen& screen) {
    screen.clear();
    switch (model.mode) {
        case Model::Mode::list:
        case Model::Mode::filter: draw_list(model, screen); break;
        case Model::Mode::story: draw_story(model, screen); break;
        case Model::Mode::help: draw_help(model, screen); break;
    }
    screen.show();
}

}  // namespace tlsscope::live_view
