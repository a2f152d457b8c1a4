// Any bytes as text of the wire: what comes out is valid UTF-8 without a character that a terminal obeys, a CSV cell
// that stays a cell, a JSON string that parses, and lines that fit.
#include <rapidjson/document.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bytes/bytes.h"
#include "report/escape.h"
#include "report/text.h"
#include "report/utf8.h"

namespace {

using namespace tlsscope;

void require(bool condition) {
    if (!condition) std::abort();
}

void require_harmless(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const report::CodePoint c = report::decode(text, at);
        require(c.valid && !report::is_hidden(c.code));
        at += c.length;
    }
}

void require_one_cell(std::string_view cell) {
    require(!cell.empty());
    if (cell.front() != '"') return require(cell.find_first_of(",\";") == std::string_view::npos);
    for (std::size_t at = 1; at + 1 < cell.size(); ++at)
        if (cell[at] == '"') require(cell[++at] == '"');
    require(cell.size() >= 2 && cell.back() == '"');
}

void require_json(std::string_view json) {
    rapidjson::Document d;
    d.Parse<rapidjson::kParseValidateEncodingFlag>(json.data(), json.size());
    require(!d.HasParseError() && d.IsString());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view raw = bytes::as_text({data, size});
    const std::string visible = report::visible(raw);
    require_harmless(visible);

    std::string out;
    report::append_csv_text(out, raw);
    require_harmless(out);
    require_one_cell(out);

    out.clear();
    report::append_json_string(out, raw);
    require_harmless(out);
    require_json(out);

    out.clear();
    report::append_html(out, raw);
    require(out.find_first_of("<>\"'") == std::string::npos);

    const report::Style style{.width = 80, .colour = false, .unicode = true};
    const std::size_t width = 2 + size % 60;
    require(report::display_width(report::shortened(style, visible, width)) <= width);
    for (const std::string& line : report::wrapped(visible, width)) require(report::display_width(line) <= width);
    return 0;
}
