// The story of a connection in chapters, and the letters a textbook gives to its sequence numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/connection.h"
#include "record/schema.h"

namespace tlsscope::report {

/// TCP header flags as they lie in SegmentStep::flags, RFC 9293 section 3.1.
inline constexpr std::uint16_t kFin = 0x001;
inline constexpr std::uint16_t kSyn = 0x002;
inline constexpr std::uint16_t kRst = 0x004;
inline constexpr std::uint16_t kAck = 0x010;

/// "SYN, ACK"; "none" without flags.
std::string flag_names(std::uint16_t flags);

enum class Section : std::uint8_t { opening, handshake, data, closing };

/// The section of every step of the ladder, never going back: opening until the client's ACK of the SYN/ACK; handshake
/// while the protocol's phases last (or, when it failed, while there are messages); data; closing from the first FIN or
/// RST on.
std::vector<Section> sections_of(const record::ConnectionRecord& connection, const record::Schema& schema);

/// X and Y: the initial sequence numbers of client and server. U and V: the sequence numbers of the first FIN and of
/// the other side's FIN. As in the textbooks, so that X + 1, Y + 1, U + 1, V + 1 can be recognised on the wire.
class Symbols {
  public:
    explicit Symbols(const record::Ladder& ladder);

    /// "seq = X = 1000", "seq = X+1 = 1001", "seq = 900, FIN = U = 1000"; empty where no letter fits.
    std::string seq(const record::SegmentStep& s, Section section) const;
    /// "ack = X+1 = 1001"; empty where no letter fits.
    std::string ack(const record::SegmentStep& s, Section section) const;

  private:
    struct Half {
        std::optional<std::uint32_t> isn;
        std::optional<std::uint32_t> fin;
        char fin_letter = 'U';
    };
    const Half& half(record::Side side) const { return halves_[record::index(side)]; }

    std::array<Half, 2> halves_;
};

}  // namespace tlsscope::report
