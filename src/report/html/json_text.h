// JSON as the page reads it: a few helpers around append_json_string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tlsscope::report::html {

/// Builds one JSON text piece by piece; commas come by themselves. Strings are untrusted: hidden characters and
/// invalid UTF-8 are made visible (append_visible) before they are quoted.
class JsonText {
  public:
    JsonText& open_object() { return open('{'); }
    JsonText& open_array() { return open('['); }
    JsonText& close_object() { return close('}'); }
    JsonText& close_array() { return close(']'); }
    JsonText& key(std::string_view name);
    JsonText& text(std::string_view raw);
    /// Text with line breaks that are meant (a rendered report, visible already).
    JsonText& lines(std::string_view visible_lines);
    JsonText& number(std::int64_t value);
    JsonText& number(std::uint64_t value) { return number(static_cast<std::int64_t>(value)); }
    JsonText& decimal(double value);
    JsonText& boolean(bool value);
    JsonText& null();

    const std::string& str() const { return out_; }
    std::string take() { return std::move(out_); }

  private:
    JsonText& open(char bracket);
    JsonText& close(char bracket);
    void separate();

    std::string out_;
    bool first_ = true;
};

}  // namespace tlsscope::report::html
