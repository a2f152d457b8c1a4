// Packet filters in tcpdump's language, by libpcap's compiler.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "capture/frame.h"

namespace tlsscope::capture {

/// A filter expression, compiled once for each link type that turns up. Not thread-safe.
class Filter {
  public:
    /// Checks the expression; empty, and `error` says why, when no link type could take it.
    static std::unique_ptr<Filter> make(const std::string& expression, std::string& error);
    ~Filter();
    Filter(const Filter&) = delete;
    Filter& operator=(const Filter&) = delete;

    /// False also for frames of a link type that the expression does not fit ("ether host" on raw IP): see error().
    bool matches(const Frame& frame);
    /// Why the expression does not fit this link type; empty when it does, or when none was seen yet.
    std::string error(std::uint16_t link_type) const;
    const std::string& expression() const { return expression_; }

  private:
    struct Program;

    explicit Filter(std::string expression);
    Program& program_for(std::uint16_t link_type);

    std::string expression_;
    std::map<std::uint16_t, std::unique_ptr<Program>> programs_;
    Program* last_ = nullptr;
    std::uint32_t last_link_type_ = 0;
};

}  // namespace tlsscope::capture
