#include "report/html/json_text.h"

#include "report/escape.h"
#include "report/format.h"

namespace tlsscope::report::html {

JsonText& JsonText::key(std::string_view name) {
    separate();
    append_json_string(out_, name);
    out_ += ':';
    first_ = true;
    return *this;
}

JsonText& JsonText::text(std::string_view raw) {
    separate();
    append_json_string(out_, visible(raw));
    return *this;
}

JsonText& JsonText::lines(std::string_view visible_lines) {
    separate();
    append_json_string(out_, visible_lines);
    return *this;
}

JsonText& JsonText::number(std::int64_t value) {
    separate();
    out_ += std::to_string(value);
    return *this;
}

JsonText& JsonText::decimal(double value) {
    separate();
    const std::size_t before = out_.size();
    append_number(out_, value);
    if (out_.size() == before) out_ += "null";  // JSON has no NaN and no infinity
    return *this;
}

JsonText& JsonText::boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
    return *this;
}

JsonText& JsonText::null() {
    separate();
    out_ += "null";
    return *this;
}

JsonText& JsonText::open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
    return *this;
}

JsonText& JsonText::close(char bracket) {
    out_ += bracket;
    first_ = false;
    return *this;
}

void JsonText::separate() {
    if (!first_) out_ += ',';
    first_ = false;
}

}  // namespace tlsscope::report::html
