// Joins the handshake bytes of one direction's records into whole messages (RFC 8446 section 5.1: messages may share
// records and span them).
#pragma once

#include <array>
#include <cstdint>

#include "dissectors/tls/partial_message.h"
#include "dissectors/tls/wire/handshake.h"
#include "dissectors/tls/wire/lists.h"
#include "record/evidence.h"

namespace tlsscope::tls {

using record::Evidence;
using record::Side;

/// A message, or what there is of it. The view lives during the call it is handed over in.
struct HandshakeMessage {
    enum class Cut : std::uint8_t {
        whole,
        gap,     ///< the rest is not in the capture: `body` ends early
        end,     ///< the rest was never sent, or the capture ends first
        cap,     ///< longer than kMaxMessage: `body` is its beginning, the rest is skipped
        budget,  ///< the same, because all streams together hold too much
    };
    HandshakeHeader header;
    Bytes body;
    Cut cut = Cut::whole;
    Evidence first;  ///< carried its first byte
    Evidence last;   ///< completed it; not seen when a gap hides its last byte

    bool broken_off() const { return cut == Cut::gap || cut == Cut::end; }
    /// Bytes of it that were sent are not in `body`.
    bool lossy() const { return cut != Cut::whole && cut != Cut::end; }
    bytes::Edge edge() const { return cut == Cut::whole ? bytes::Edge::hard : bytes::Edge::cut; }
    /// The frame to look at: a frame that was never captured shows nothing.
    Evidence shown() const { return last.seen() ? last : first; }
};

class HandshakeHandler {
  public:
    virtual ~HandshakeHandler() = default;
    /// After a gap: can a message of this type and length begin here, or is this the middle of one, or ciphertext?
    /// `record_left`: bytes of the record that follow the message's header.
    virtual bool plausible_message(Side from, const HandshakeHeader& header, std::size_t record_left) = 0;
    virtual void handshake_message(Side from, const HandshakeMessage& message) = 0;
};

/// One direction. A message that lies whole in one piece is handed on without a copy.
class HandshakeLayer {
  public:
    /// LIMITS-AND-HARDENING: more of one message is never kept.
    static constexpr std::size_t kMaxMessage = std::size_t{128} << 10;

    /// `budget`: of all streams, or null.
    explicit HandshakeLayer(Side from, HandshakeBudget* budget = nullptr) : buffer_{budget}, from_{from} {}

    /// `record_left`: bytes of the record's body that follow this piece.
    void data(Bytes piece, std::size_t record_left, Evidence carried, Evidence released, HandshakeHandler& handler);
    /// That many handshake bytes are missing. `at`: the frame that should have carried the last of them, where that is
    /// known (a packet cut by the capture).
    void hole(std::uint64_t length, Evidence at, HandshakeHandler& handler);
    /// It is not known how many bytes are missing: gives out what there is of a message.
    void interrupt(HandshakeHandler& handler) { break_off(HandshakeMessage::Cut::gap, handler); }
    /// No more will come: gives out what there is of a message.
    void end(HandshakeHandler& handler) { break_off(HandshakeMessage::Cut::end, handler); }
    /// A record begins, with a header whose first byte was seen then: after an interruption only there may a message
    /// begin.
    void record_begins(Evidence first);
    /// From here on message borders must be checked.
    void distrust() { trusted_ = false; }

    /// What stands in the current record is no readable message: ciphertext, or the middle of something.
    bool unreadable() const { return implausible_; }

    /// Some bytes of a message are here and others not yet.
    bool pending() const { return have_header_ != 0 || left_ != 0; }

  private:
    Bytes take_header(Bytes data, std::size_t record_left, Evidence carried, Evidence released,
                      HandshakeHandler& handler);
    Bytes take_body(Bytes data, Evidence released, HandshakeHandler& handler);
    void begin_message(std::size_t record_left, Evidence released, HandshakeHandler& handler);
    void give(Bytes body, HandshakeMessage::Cut cut, Evidence last, HandshakeHandler& handler);
    void break_off(HandshakeMessage::Cut cut, HandshakeHandler& handler);
    void forget();

    PartialMessage buffer_;
    HandshakeHeader header_;
    Evidence first_;
    Evidence record_first_;
    std::uint32_t left_ = 0;  // of the message's body, still to come
    std::array<std::uint8_t, kHandshakeHeaderSize> header_bytes_{};
    std::uint8_t have_header_ = 0;
    Side from_;
    bool trusted_ = true;
    bool at_record_start_ = false;
    bool given_ = false;        // the message was handed on early; its rest is skipped
    bool skip_record_ = false;  // what is left of this record cannot be read
    bool implausible_ = false;  // because no message begins where one should
};

}  // namespace tlsscope::tls
