// Draws a record::Ladder: two lifelines, an arrow per segment, the TCP states of both ends beside them.
#pragma once

#include <string>
#include <vector>

#include "record/connection.h"
#include "record/schema.h"
#include "report/sections.h"
#include "report/text.h"

namespace tlsscope::report {

/// Prints the ladder of a connection section by section. One use; `connection.ladder` must be there.
class LadderView {
  public:
    LadderView(const record::ConnectionRecord& connection, const record::Schema& schema, const Style& style);

    /// Appends everything.
    void print(std::string& out);

  private:
    void print_section_heading(Section section);
    void print_lifeline_heads();
    void print_elision(const record::Elision& left_out);
    void print_step(const record::Step& step, Section section);
    void print_arrow(const record::SegmentStep& s, Section section);
    std::vector<std::string> label_parts(const record::SegmentStep& s, Section section) const;
    void print_numbers(const record::SegmentStep& s, Section section);
    void print_message(const record::Message& m);
    void print_field(const record::Field& f);

    /// One line between the lifelines.
    void row(std::string_view content, Paint paint = Paint::none);
    /// Several, wrapped; the first begins with `lead`.
    void paragraph(std::string_view lead, std::string_view text, Paint paint = Paint::none, std::size_t hanging = 0);
    void line(std::string_view left, std::string_view middle, std::string_view right, Paint state_paint);
    std::string when(const record::SegmentStep& s) const;
    std::string section_title(Section section) const;

    const record::ConnectionRecord& connection_;
    Style style_;
    std::vector<Section> sections_;
    Symbols symbols_;
    std::size_t inner_;  // columns for text between the lifelines
    std::string* out_ = nullptr;
    record::Nanos previous_ = record::kNoTime;
    std::string client_state_;  // as last printed
    std::string server_state_;
    int chapter_ = 0;
};

}  // namespace tlsscope::report
