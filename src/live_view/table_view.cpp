#include "live_view/table_view.h"

#include <algorithm>
#include <string>
#include <vector>

#include "live_view/pen.h"
#include "live_view/phase_bar.h"
#include "report/escape.h"
#include "report/facts.h"
#include "report/format.h"
#include "report/utf8.h"

namespace tlsscope::live_view {

namespace {

using report::Paint;
using Record = record::ConnectionRecord;

constexpr std::size_t kGap = 1;
constexpr std::size_t kMark = 1 + kGap;
constexpr std::size_t kLongestText = 1000;    // bytes of the wire that are looked at for a cell
constexpr std::uint64_t kEnoughForSlow = 20;  // fewer connections have no p90 worth the name

enum class What : std::uint8_t {
    mark,
    time,
    name,
    client,
    server,
    outcome,
    version,
    cipher,
    alpn,
    connect,
    tls,
    ttfb,
    phases
};

/// A column of the table. It gets its least width if there is room, by priority; then what is left goes to those that
/// can use it, first up to `good`, then up to `most`.
struct Field {
    What what;
    std::string_view heading;
    std::uint8_t priority;
    std::size_t least, good, most;
    bool numeric = false;
    std::size_t width = 0;  ///< as fitted; 0: not shown
};

/// The name is what one looks for: a wide terminal gives it more before other columns get in.
std::vector<Field> fields(std::size_t columns) {
    const std::size_t name = std::min(std::clamp<std::size_t>(columns / 4, 16, 24), columns - std::min(columns, kMark));
    return {
        {What::mark, "", 1, 1, 1, 1},
        {What::time, "UTC", 8, 8, 8, 8},
        {What::name, "Server name", 2, name, 32, 64},
        {What::client, "Client", 9, 21, 21, 47},
        {What::server, "Server", 11, 21, 21, 47},
        {What::outcome, "Outcome", 3, 10, 10, 16},
        {What::version, "Version", 5, 7, 7, 7},
        {What::cipher, "Cipher", 10, 22, 22, 45},
        {What::alpn, "ALPN", 13, 8, 8, 12},
        {What::connect, "Conn ms", 7, 9, 9, 9, true},
        {What::tls, "TLS ms", 4, 9, 9, 9, true},
        {What::ttfb, "TTFB ms", 12, 9, 9, 9, true},
        {What::phases, "Phases", 6, 8, 20, 40},
    };
}

std::vector<Field> fitted(std::size_t columns) {
    std::vector<Field> all = fields(columns);
    std::vector<Field*> order;
    order.reserve(all.size());
    for (Field& f : all) order.push_back(&f);
    std::ranges::sort(order, {}, &Field::priority);
    std::size_t room = columns + kGap;
    for (Field* f : order) {
        if (f->least == 0 || f->least + kGap > room) continue;
        f->width = f->least;
        room -= f->least + kGap;
    }
    for (std::size_t Field::*limit : {&Field::good, &Field::most}) {
        for (Field* f : order) {
            if (f->width == 0 || f->width >= f->*limit) continue;
            const std::size_t more = std::min(room, f->*limit - f->width);
            f->width += more;
            room -= more;
        }
    }
    std::erase_if(all, [](const Field& f) { return f.width == 0; });
    return all;
}

std::string time_of_day(record::Nanos t) {
    std::string out;
    report::append_time(out, t);
    return out.size() < 19 ? std::string{} : out.substr(11, 8);
}

std::string name_of(const Columns& columns, const Record& r) {
    std::string name = columns.text(r, columns.sni);
    return name.empty() ? columns.server(r) : name;
}

std::string cell(const Model& model, const Entry& e, What what) {
    const Columns& c = model.columns();
    const Record& r = e.record;
    switch (what) {
        case What::mark: return std::string{report::mark_of(model.style(), r.severity)};
        case What::time: return time_of_day(r.first_time);
        case What::name: return name_of(c, r);
        case What::client: return c.client(r);
        case What::server: return c.server(r);
        case What::outcome: return report::visible(std::string_view{r.outcome}.substr(0, kLongestText));
        case What::version: return c.text(r, c.version);
        case What::cipher: return c.text(r, c.cipher);
        case What::alpn: return c.text(r, c.alpn);
        case What::connect: return millis(e.connect);
        case What::tls: return millis(e.tls);
        case What::ttfb: return millis(c.duration(r, c.ttfb));
        case What::phases: return {};
    }
    return {};
}

/// As in the table of a file: beyond nine tenths of all, and at least twice the median.
bool is_slow(const Percentiles& all, record::Nanos value) {
    return all.count >= kEnoughForSlow && value > std::max(all.p90, 2 * all.p50);
}

Paint paint_of(const Model& model, const Entry& e, What what) {
    const record::Severity severity = e.record.severity;
    switch (what) {
        case What::mark: return severity >= record::Severity::low ? report::paint_of(severity) : Paint::dim;
        case What::outcome:
            if (severity >= record::Severity::medium) return report::paint_of(severity);
            return e.record.outcome == "complete" ? Paint::green : Paint::none;
        case What::time: return Paint::dim;
        case What::tls: return is_slow(model.figures().tls().all(), e.tls) ? Paint::strong_yellow : Paint::none;
        case What::connect:
            return is_slow(model.figures().connect().all(), e.connect) ? Paint::strong_yellow : Paint::none;
        default: return Paint::none;
    }
}

void draw_row(const Model& model, Screen& screen, std::size_t row, const std::vector<Field>& fields, const Entry& e,
              bool selected) {
    if (selected) screen.put(row, 0, std::string(screen.columns(), ' '), {Paint::none, true});
    std::size_t column = 0;
    for (const Field& f : fields) {
        if (f.what == What::phases) {
            Pen pen{screen, row, column};
            for (const Run& run : phase_bar(model.columns().phases(e.record), f.width, model.style().unicode))
                pen.put(run.text, {run.ink.paint, selected});
        } else {
            const report::Cut cut = f.what == What::outcome ? report::Cut::end : report::Cut::middle;
            const std::string text = report::shortened(model.style(), cell(model, e, f.what), f.width, cut);
            const std::size_t before = f.numeric ? f.width - std::min(f.width, report::display_width(text)) : 0;
            screen.put(row, column + before, text, {paint_of(model, e, f.what), selected});
        }
        column += f.width + kGap;
    }
}

/// The column that sorts has an arrow, of letters.
std::string_view heading_of(const Field& f, Order order) {
    if (f.what == What::time && order == Order::newest) return "UTC v";
    if (f.what == What::tls && order == Order::slowest_tls) return "TLS ms v";
    if (f.what == What::connect && order == Order::slowest_connect) return "Conn ms v";
    return f.heading;
}

}  // namespace

void draw_table(Model& model, Screen& screen, std::size_t row) {
    const std::vector<Field> shown = fitted(screen.columns());
    Listing& list = model.listing();
    Pen pen{screen, row};
    screen.put(row, 0, std::string(screen.columns(), ' '), {Paint::none, true});
    for (const Field& f : shown) {
        const std::string heading =
            report::shortened(model.style(), heading_of(f, list.order()), f.width, report::Cut::end);
        pen.put(report::padded(heading, f.width + (f.numeric ? 0 : kGap),
                               f.numeric ? report::Align::right : report::Align::left),
                {Paint::none, true});
        if (f.numeric) pen.gap(kGap);
    }
    const std::size_t end = std::min(list.top() + list.page(), list.listed().size());
    for (std::size_t i = list.top(); i < end; ++i)
        draw_row(model, screen, row + 1 + i - list.top(), shown, *list.listed()[i], i == list.selected());
    if (!list.listed().empty()) return;
    screen.put(row + 1, 2,
               list.of() == 0 ? std::string{"Waiting for the first handshake."}
                              : "None of " + report::grouped(list.of()) + " matches the filter.",
               {Paint::dim});
}

void draw_details(Model& model, Screen& screen, std::size_t row, std::size_t lines) {
    Listing& list = model.listing();
    if (list.listed().empty()) return;
    const auto position = list.selected();
    const Entry& e = *list.listed()[position.value_or(list.top())];
    const Record& r = e.record;
    const Columns& c = model.columns();
    const report::Style& style = model.style();

    std::size_t line = 0;
    const auto say = [&](std::vector<std::string> wrapped, std::size_t most, Ink ink) {
        most = std::min(most, lines - line);
        if (wrapped.size() > most && most > 0) wrapped[most - 1] += ' ' + wrapped[most];  // cut with a sign that it is
        for (std::size_t i = 0; i < std::min(most, wrapped.size()); ++i)
            screen.put(row + line++, 0, report::shortened(style, wrapped[i], screen.columns(), report::Cut::end), ink);
    };
    std::string who =
        "#" + std::to_string(r.stream) + ' ' + c.client(r) + (style.unicode ? " → " : " -> ") + c.server(r);
    for (const record::Column* column : {c.sni, c.cipher, c.alpn})
        if (const std::string text = c.text(r, column); !text.empty()) who += (style.unicode ? " · " : ", ") + text;
    say({who}, 1, {position ? Paint::bold : Paint::none});
    if (!r.diagnosis.empty()) {
        std::string why = report::visible(std::string_view{r.diagnosis}.substr(0, kLongestText));
        if (!r.evidence_frames.empty()) why += " [frame " + report::frame_list(r.evidence_frames) + ']';
        say(report::wrapped(why, screen.columns()), 2, {report::paint_of(r.severity)});
    }
    say(packed(phase_words(c.phases(r)), screen.columns()), 2, {});
}

}  // namespace tlsscope::live_view
