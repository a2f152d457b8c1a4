// Any bytes as text of the wire, in every report, read back by somebody else's parser or a small one of our own: cells
// stay cells, JSON and page give back what was put in, lines fit, and nothing is left that a terminal obeys.
#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "../report/html_page.h"
#include "../report/synthetic.h"
#include "bytes/bytes.h"
#include "read_back.h"
#include "report/csv.h"
#include "report/escape.h"
#include "report/html/html.h"
#include "report/json.h"
#include "report/text.h"
#include "report/utf8.h"

namespace {

using namespace tlsscope;
using report::visible;

void require(bool condition) {
    if (!condition) std::abort();
}

void check_visible(std::string_view raw) {
    const std::string text = visible(raw);
    require(!fuzz::is_dangerous(text));
    // Backslashes of the wire are not doubled: with one, text may look like an escape.
    if (raw.find('\\') == std::string_view::npos) require(fuzz::unescaped(text) == fuzz::codes(raw));
}

std::string only_cell(std::string_view line) {
    std::vector<std::string> cells;
    require(fuzz::read_csv(line, cells) && cells.size() == 1);
    return cells.front();
}

std::string parsed(std::string_view json) {
    rapidjson::Document d;
    d.Parse<rapidjson::kParseValidateEncodingFlag>(json.data(), json.size());
    require(!d.HasParseError() && d.IsString());
    return {d.GetString(), d.GetStringLength()};
}

/// Each way of escaping alone.
void check_escapes(std::string_view raw) {
    std::string out;
    report::append_csv_text(out, raw);
    require(!out.empty() && !fuzz::is_dangerous(out));
    require(only_cell(out) == fuzz::guarded(visible(raw)));

    out.clear();
    report::append_json_string(out, raw);
    require(!fuzz::is_dangerous(out) && parsed(out) == fuzz::json_value(raw));

    out.clear();
    report::append_html(out, raw);
    std::string text;
    require(fuzz::read_html(out, text) && text == visible(raw));
}

void check_layout(std::string_view raw, std::size_t width) {
    const report::Style style{.width = 80, .colour = false, .unicode = true};
    const std::string text = visible(raw);
    require(report::display_width(report::shortened(style, text, width)) <= width);
    for (const std::string& line : report::wrapped(text, width)) require(report::display_width(line) <= width);
}

/// The columns that take text of the wire.
constexpr std::array<std::string_view, 4> kTexts = {"sni", "version", "outcome", "note"};

/// The input in pieces of lengths that it chooses itself: one for each text, and the items of a list.
std::vector<std::string_view> pieces_of(std::string_view raw) {
    std::vector<std::string_view> out;
    while (out.size() < kTexts.size() + 3) {
        const std::size_t all = raw.size() / (kTexts.size() + 3 - out.size());
        const std::size_t some = raw.empty() ? 0 : static_cast<std::uint8_t>(raw.front()) % (all + 1);
        out.push_back(raw.substr(0, some));
        raw.remove_prefix(some);
    }
    out.back() = raw;
    return out;
}

record::ConnectionRecord record_of(const std::vector<std::string_view>& pieces) {
    using report::synthetic::column;
    record::ConnectionRecord r = report::synthetic::connection(0);
    for (std::size_t i = 0; i < kTexts.size(); ++i) r.row.set_text(column(kTexts[i]), pieces[i]);
    r.outcome = pieces[2];
    r.diagnosis = pieces[3];
    const std::vector<std::string_view> items(pieces.begin() + kTexts.size(), pieces.end());
    r.row.set_texts(column("names"), items);
    return r;
}

/// What a reporter makes of one connection.
template <class Reporter, class... Options>
std::string written(const record::ConnectionRecord& r, const report::RunInfo& run, Options&&... options) {
    std::string text;
    const auto out = report::output_to(text);
    Reporter reporter{*out, options...};
    reporter.begin(report::synthetic::schema(), run);
    reporter.connection(r);
    report::Totals totals;
    totals.connections = 1;
    reporter.finish(totals);
    require(out->finish());
    return text;
}

/// Splitting at semicolons gives the items, always.
std::string list_text(const std::vector<std::string_view>& pieces) {
    std::string out;
    for (std::size_t i = kTexts.size(); i < pieces.size(); ++i) {
        if (i != kTexts.size()) out += ';';
        for (const char c : visible(pieces[i])) {
            if (c == ';') out += "\\x3b";
            else out += c;
        }
    }
    return out;
}

void check_csv_row(const record::ConnectionRecord& r, const std::vector<std::string_view>& pieces) {
    const report::Selection all = report::all_columns(report::synthetic::schema());
    const std::string text = written<report::Csv>(r, {}, all);
    const std::size_t header_end = text.find('\n');
    require(header_end != std::string::npos && text.back() == '\n');
    const std::string line = text.substr(header_end + 1, text.size() - header_end - 2);
    require(line.find('\n') == std::string::npos && !fuzz::is_dangerous(line));
    std::vector<std::string> names, cells;
    require(fuzz::read_csv(text.substr(0, header_end), names) && fuzz::read_csv(line, cells));
    require(names.size() == all.columns.size() && cells.size() == names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        for (std::size_t t = 0; t < kTexts.size(); ++t)
            if (names[i] == kTexts[t]) require(cells[i] == fuzz::guarded(visible(pieces[t])));
        if (names[i] == "names") require(cells[i] == fuzz::guarded(list_text(pieces)));
    }
}

void check_json_row(const record::ConnectionRecord& r, const std::vector<std::string_view>& pieces) {
    const std::string line = written<report::Json>(r, {}, report::all_columns(report::synthetic::schema()));
    require(line.back() == '\n' && !fuzz::is_dangerous(line.substr(0, line.size() - 1)));
    rapidjson::Document d;
    d.Parse<rapidjson::kParseValidateEncodingFlag>(line.data(), line.size());
    require(!d.HasParseError() && d.IsObject());
    const auto is = [](const rapidjson::Value& v, std::string_view raw) {
        return v.IsString() && std::string_view{v.GetString(), v.GetStringLength()} == fuzz::json_value(raw);
    };
    for (std::size_t t = 0; t < kTexts.size(); ++t) require(is(d[kTexts[t].data()], pieces[t]));
    const auto& list = d["names"];
    require(list.IsArray() && list.Size() == 3);
    for (rapidjson::SizeType i = 0; i < 3; ++i) require(is(list[i], pieces[kTexts.size() + i]));
}

void check_page(const record::ConnectionRecord& r, const std::vector<std::string_view>& pieces) {
    const std::string html = written<report::Html>(r, {"tlsscope", {std::string{pieces[0]}}}, report::HtmlOptions{});
    const report::html_page::Page page{html};
    require(page.rows() == 1);
    for (std::size_t t = 0; t < kTexts.size(); ++t)
        require(page.texts(page.index(kTexts[t])).at(0) == visible(pieces[t]));
    const std::string names = page.texts(page.index("names")).at(0);
    require(std::count(names.begin(), names.end(), '\x1f') == 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view raw = bytes::as_text({data, size});
    check_visible(raw);
    check_escapes(raw);
    check_layout(raw, 2 + size % 60);
    const std::vector<std::string_view> pieces = pieces_of(raw);
    const record::ConnectionRecord r = record_of(pieces);
    check_csv_row(r, pieces);
    check_json_row(r, pieces);
    if (size % 16 == 0) check_page(r, pieces);  // takes as long as a hundred of the others
    return 0;
}
