// A line under construction, written through a pointer: one check of the room per cell instead of one per character.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

namespace tlsscope::report {

/// Grows, and keeps its memory from line to line.
class LineBuffer {
  public:
    void clear() { used_ = 0; }
    std::string_view view() const { return std::string_view{text_}.substr(0, used_); }

    /// Where n characters may be written; advance_to() tells how many were.
    char* room(std::size_t n) {
        if (text_.size() - used_ < n) text_.resize(std::max(text_.size() * 2, used_ + n));
        return text_.data() + used_;
    }
    void advance_to(const char* end) { used_ = static_cast<std::size_t>(end - text_.data()); }

    void append(char c) {
        *room(1) = c;
        ++used_;
    }
    void append(std::string_view s) {
        if (!s.empty()) std::memcpy(room(s.size()), s.data(), s.size());
        used_ += s.size();
    }

  private:
    std::string text_;
    std::size_t used_ = 0;
};

}  // namespace tlsscope::report
