// The two texts that Prometheus and its relatives read, line by line.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "metrics/histogram.h"

namespace tlsscope::metrics {

enum class Format : std::uint8_t {
    openmetrics,  ///< OpenMetrics 1.0: what Prometheus asks for
    prometheus,   ///< text format 0.0.4: all that node_exporter's textfile collector understands
};

/// The media type of a format, with its version.
std::string_view content_type(Format format);

struct Label {
    std::string_view name;
    std::string_view value;  ///< any bytes: escaped on the way out
};

/// Writes metric families one after the other; samples belong to the family begun last.
class Exposition {
  public:
    Exposition(std::string& out, Format format) : out_{out}, format_{format} {}

    enum class Kind : std::uint8_t { counter, gauge, histogram, info };
    /// `name` without "_total", "_bucket" or "_info"; `unit` is its last word ("seconds", "bytes") or empty.
    void family(Kind kind, std::string_view name, std::string_view unit, std::string_view help);
    /// A counter's, gauge's or info's value.
    void sample(std::span<const Label> labels, std::uint64_t value);
    /// Nanoseconds, shown in seconds.
    void seconds(std::span<const Label> labels, std::uint64_t nanos);
    void histogram(const Label& label, const Histogram& values);
    /// OpenMetrics wants to be told that nothing was cut off.
    void end();

  private:
    void begin_sample(std::string_view suffix, std::span<const Label> labels, const Label* last = nullptr);
    void append_label(const Label& label, bool first);
    void append_seconds(std::uint64_t nanos);

    std::string& out_;
    Format format_;
    std::string_view name_;
    std::string_view suffix_;  // of a plain sample
};

}  // namespace tlsscope::metrics
