#include "report/table.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "report/escape.h"
#include "report/facts.h"
#include "report/format.h"
#include "report/utf8.h"

namespace tlsscope::report {

namespace {

using record::Column;
using record::Severity;
using record::Type;

constexpr std::size_t kGap = 2;               // columns between fields
constexpr std::size_t kLongestCell = 64;      // natural width: beyond, text is shortened even where there is room
constexpr std::size_t kLeastText = 10;        // a text field is not squeezed below
constexpr std::size_t kAddress = 21;          // 255.255.255.255:65535; longer ones are IPv6 and can be shortened
constexpr std::size_t kComfortableText = 28;  // what a text field gets before those of lower priority get in
constexpr std::size_t kLiveText = 24;         // widths when nothing is known yet
constexpr std::size_t kLiveNumber = 10;
constexpr std::size_t kEnoughForSlow = 20;  // fewer connections have no p90 worth the name
constexpr std::size_t kLongestDiagnosis = 1000;

/// Columns the table shows in its own way.
constexpr std::array<std::string_view, 7> kOwn = {"stream",      "ts",        "outcome",    "client_ip",
                                                  "client_port", "server_ip", "server_port"};

bool is_own(std::string_view name) { return std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end(); }

/// Of what is asked of a row: own columns first, then those with a heading.
std::vector<const Column*> wanted(const record::Schema& schema) {
    std::vector<const Column*> out;
    for (const Column* c : schema.columns())
        if (is_own(c->name) || !c->heading.empty()) out.push_back(c);
    return out;
}

std::string joined(const std::vector<std::string>& inputs) {
    if (inputs.empty()) return {};
    if (inputs.size() == 1) return visible(inputs.front());
    return fmt::format("{} and {} more inputs", visible(inputs.front()), inputs.size() - 1);
}

}  // namespace

Table::Table(Output& out, const TableOptions& options) : out_{out}, options_{options}, reader_{{}} {}

void Table::begin(const record::Schema& schema, const RunInfo& run) {
    run_ = run;
    add_fields(schema);
    const std::vector<const Column*> columns = wanted(schema);
    reader_ = RowReader{columns};
    const auto position = [&](std::string_view name) {
        const auto it = std::find_if(columns.begin(), columns.end(), [&](const Column* c) { return c->name == name; });
        return static_cast<std::size_t>(it - columns.begin());
    };
    client_ip_ = position("client_ip");
    client_port_ = position("client_port");
    server_ip_ = position("server_ip");
    server_port_ = position("server_port");
    for (Field& f : fields_)
        if (f.column != nullptr) f.position = position(f.column->name);
    if (options_.settle_after == 0) settle();
}

void Table::add_fields(const record::Schema& schema) {
    using Kind = Field::Kind;
    const auto own = [this](Kind kind, std::string_view heading, std::uint8_t priority, bool numeric) {
        Field f;
        f.kind = kind;
        f.heading = heading;
        f.priority = priority;
        f.numeric = numeric;
        fields_.push_back(std::move(f));
    };
    own(Kind::mark, "", 0, false);
    own(Kind::stream, "#", 0, true);
    own(Kind::outcome, "Outcome", 1, false);
    own(Kind::time, "Time s", 4, true);
    own(Kind::client, "Client", 6, false);
    own(Kind::server, "Server", 2, false);
    for (const Column* c : schema.columns()) {
        if (c->heading.empty() || is_own(c->name)) continue;
        own(Kind::declared, c->heading, c->priority, is_numeric(c->type));
        fields_.back().column = c;
    }
    for (Field& f : fields_) f.natural = display_width(f.heading);
}

void Table::connection(const record::ConnectionRecord& connection) {
    if (first_time_ == record::kNoTime) first_time_ = connection.first_time;
    ++by_severity_[static_cast<std::size_t>(connection.severity)];
    ++connections_;
    collect(connection);
    if (settled_) print_collected();
    else if (lines_.size() >= options_.settle_after) settle();
}

void Table::collect(const record::ConnectionRecord& connection) {
    values_ = reader_.read(connection.row);
    Line line;
    line.severity = connection.severity;
    line.first_cell = cells_.size();
    if (connection.severity >= Severity::medium && !connection.diagnosis.empty()) {
        line.diagnosis = visible(std::string_view{connection.diagnosis}.substr(0, kLongestDiagnosis));
        if (!connection.evidence_frames.empty())
            line.diagnosis += fmt::format(" [frame{} {}]", connection.evidence_frames.size() == 1 ? "" : "s",
                                          frame_list(connection.evidence_frames));
    }
    for (Field& f : fields_) append_cell(f, connection);
    lines_.push_back(std::move(line));
}

void Table::append_cell(Field& field, const record::ConnectionRecord& connection) {
    const auto value = [this](std::size_t i) { return i < values_.size() ? values_[i] : record::Value{}; };
    Cell cell;
    cell.begin = text_.size();
    switch (field.kind) {
        case Field::Kind::mark: text_ += mark_of(options_.style, connection.severity); break;
        case Field::Kind::stream: text_ += fmt::format("{}", connection.stream); break;
        case Field::Kind::time: append_time(connection.first_time); break;
        case Field::Kind::outcome: append_visible(text_, connection.outcome); break;
        case Field::Kind::client: text_ += endpoint(value(client_ip_), value(client_port_)); break;
        case Field::Kind::server: text_ += endpoint(value(server_ip_), value(server_port_)); break;
        case Field::Kind::declared: {
            const record::Value shown = value(field.position);
            if (shown.empty()) break;
            append_value(text_, shown);
            if (text_.size() - cell.begin > kLongestCell) {  // what cannot be shown is not kept
                const std::string whole = text_.substr(cell.begin);
                text_.resize(cell.begin);
                text_ += shortened(options_.style, whole, kLongestCell);
            }
            if (shown.type() == Type::millis) cell.duration = shown.integer();
            break;
        }
    }
    cell.length = text_.size() - cell.begin;
    const std::string_view text = std::string_view{text_}.substr(cell.begin);
    field.filled = field.filled || !text.empty();
    field.natural = std::max(field.natural, std::min(display_width(text), kLongestCell));
    if (!settled_ && cell.duration >= 0) field.durations.push_back(cell.duration);
    cells_.push_back(cell);
}

void Table::append_time(record::Nanos time) {
    if (time == record::kNoTime || first_time_ == record::kNoTime) return;
    append_millis(text_, (time - first_time_) / 1000);  // thousandths of a second: a second has 1000 of them
}

void Table::finish(const Totals& totals) {
    if (connections_ == 0) {
        out_.write(fmt::format("No connections in {} packets{}.\n", grouped(totals.frames),
                               run_.inputs.empty() ? "" : " of " + joined(run_.inputs)));
        return;
    }
    if (!settled_) settle();
    const std::string_view between = options_.style.unicode ? " · " : ", ";
    std::string legend;
    for (const Severity s : {Severity::high, Severity::medium, Severity::low}) {
        const std::uint64_t n = by_severity_[static_cast<std::size_t>(s)];
        if (n == 0) continue;
        if (!legend.empty()) legend += between;
        legend += painted(options_.style, paint_of(s), mark_of(options_.style, s));
        legend += fmt::format(" {} {}", record::name(s), grouped(n));
    }
    if (!legend.empty()) out_.write('\n' + legend + '\n');
}

void Table::settle() {
    settled_ = true;
    const bool live = options_.settle_after == 0;
    for (Field& f : fields_)
        if (live && f.kind != Field::Kind::mark)
            f.natural = std::max(f.natural, f.numeric ? kLiveNumber : kLiveText), f.filled = true;
    fields_.front().filled = true;
    drop_empty_fields();
    fit();
    find_slow();
    print_header();
    print_collected();
}

/// A column without a single value says nothing; its cells are dropped with it.
void Table::drop_empty_fields() {
    std::vector<Cell> kept;
    const std::size_t n = fields_.size();
    for (std::size_t i = 0; i < cells_.size(); ++i)
        if (fields_[i % n].filled) kept.push_back(cells_[i]);
    std::erase_if(fields_, [](const Field& f) { return !f.filled; });
    for (std::size_t i = 0; i < lines_.size(); ++i) lines_[i].first_cell = i * fields_.size();
    cells_ = std::move(kept);
}

std::size_t Table::least_width(const Field& field) const {
    const bool address = field.kind == Field::Kind::client || field.kind == Field::Kind::server;
    if (address) return std::min(field.natural, kAddress);
    if (field.kind != Field::Kind::declared || field.numeric) return field.natural;
    return std::min(field.natural, std::max(kLeastText, display_width(field.heading)));
}

/// By priority: each field gets a comfortable width if there is room for its least one; what is left then widens the
/// fields up to their natural width, in the same order.
void Table::fit() {
    std::vector<Field*> order;
    for (Field& f : fields_) order.push_back(&f);
    std::stable_sort(order.begin(), order.end(),
                     [](const Field* a, const Field* b) { return a->priority < b->priority; });
    std::size_t room = options_.style.columns() + kGap;
    for (Field* f : order) {
        const std::size_t least = least_width(*f);
        if (least + kGap > room) continue;
        f->width = std::clamp(std::min(f->natural, kComfortableText), least, room - kGap);
        room -= f->width + kGap;
    }
    for (Field* f : order) {
        const std::size_t more = f->width == 0 ? 0 : std::min(room, f->natural - f->width);
        f->width += more;
        room -= more;
    }
}

/// Slow: beyond nine tenths of its column, and at least twice its median, so that an even column shows nothing.
void Table::find_slow() {
    for (Field& f : fields_) {
        std::vector<record::Nanos>& d = f.durations;
        if (d.size() >= kEnoughForSlow) {
            std::sort(d.begin(), d.end());
            f.slow = std::max(d[(d.size() * 9 + 9) / 10 - 1], 2 * d[(d.size() + 1) / 2 - 1]);
        }
        d = {};
    }
}

void Table::print_header() {
    std::string head = joined(run_.inputs);
    const bool live = lines_.empty();
    if (!live) {
        if (!head.empty()) head += "  ";
        head += fmt::format("times count from {}", readable_time(first_time_));
    }
    if (!head.empty())
        out_.write(painted(options_.style, Paint::dim, shortened(options_.style, head, options_.style.columns())) +
                   "\n\n");
    std::string line;
    for (const Field& f : fields_) {
        if (f.width == 0) continue;
        if (!line.empty()) line.append(kGap, ' ');
        append_padded(line, shortened(options_.style, f.heading, f.width, Cut::end), f.width,
                      f.numeric ? Align::right : Align::left);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_.write(painted(options_.style, Paint::bold, line) + '\n');
}

void Table::print_collected() {
    for (const Line& line : lines_) print(line);
    lines_.clear();
    cells_.clear();
    text_.clear();
    if (options_.settle_after == 0) out_.flush();
}

Paint Table::paint(const Field& field, const Cell& cell, Severity severity, std::string_view text) {
    switch (field.kind) {
        case Field::Kind::mark: return severity >= Severity::low ? paint_of(severity) : Paint::dim;
        case Field::Kind::outcome:
            if (severity >= Severity::medium) return paint_of(severity);
            return text == "complete" ? Paint::green : Paint::none;
        default: return field.slow > 0 && cell.duration > field.slow ? Paint::strong_yellow : Paint::none;
    }
}

void Table::print(const Line& line) {
    std::string out;
    std::size_t owed = 0;  // spaces that are printed only when something follows
    bool first = true;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        const Field& f = fields_[i];
        if (f.width == 0) continue;
        const Cell& cell = cells_[line.first_cell + i];
        const std::string text =
            shortened(options_.style, std::string_view{text_}.substr(cell.begin, cell.length), f.width);
        const std::size_t fill = f.width - std::min(f.width, display_width(text));
        if (!first) owed += kGap;
        first = false;
        if (f.numeric) owed += fill;
        if (!text.empty()) {
            out.append(owed, ' ');
            owed = 0;
            out += painted(options_.style, paint(f, cell, line.severity, text), text);
        }
        if (!f.numeric) owed += fill;
    }
    out += '\n';
    if (!line.diagnosis.empty())
        append_paragraph(out, options_.style, options_.style.unicode ? "   └ " : "   ` ", line.diagnosis, Paint::dim);
    out_.write(out);
}

}  // namespace tlsscope::report
