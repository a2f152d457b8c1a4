// Zeek's connection history: one letter per kind of event and side, upper case from the client.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "record/evidence.h"

namespace tlsscope::flow {

/// https://docs.zeek.org/en/master/scripts/base/protocols/conn/main.zeek.html: s h a d f r are noted once per side; c g
/// t w again at every power of ten. Bounded to a few dozen letters.
class History {
  public:
    void note(char letter, record::Side side);
    void flip() { text_ += '^'; }
    const std::string& text() const { return text_; }
    /// The same events with the roles exchanged.
    void swap_sides();

  private:
    std::string text_;
    std::array<std::array<std::uint32_t, 4>, 2> repeated_{};  // c g t w
    std::array<std::uint16_t, 2> seen_{};
};

}  // namespace tlsscope::flow
