// Splits one direction's bytes into TLS records (RFC 8446 section 5.1, RFC 5246 section 6.2). Bodies that are encrypted
// are stepped over by their length and never looked at.
#pragma once

#include <array>
#include <cstdint>

#include "dissectors/tls/wire/lists.h"
#include "dissectors/tls/wire/record.h"
#include "flow/chunk.h"

namespace tlsscope::tls {

using record::Evidence;
using record::Side;

/// What becomes of a record's body.
enum class Body : std::uint8_t {
    pieces,  ///< readable: hand it on as it comes
    hop,     ///< opaque: only its length matters
    refuse,  ///< this is no record: framing is lost
};

/// Gets the records of one direction.
class RecordHandler {
  public:
    virtual ~RecordHandler() = default;
    /// A header is complete; `first` is the segment that carried its first byte.
    virtual Body begin_record(Side from, const RecordHeader& header, Evidence first) = 0;
    /// Part of a body that was asked for in pieces; the view lives during the call.
    virtual void record_piece(Side from, const RecordHeader& header, Bytes piece, Evidence carried,
                              Evidence released) = 0;
    /// Part of such a body is not in the capture.
    virtual void record_hole(Side from, const RecordHeader& header, std::uint64_t length, Evidence at) = 0;
    /// The record's last byte has passed (or is in a gap).
    virtual void end_record(Side from, const RecordHeader& header, Evidence last) = 0;
    /// Record borders are lost: `gap` when bytes are missing, else the bytes are no TLS.
    virtual void framing_lost(Side from, bool gap, Evidence at) = 0;
    /// Record borders were found again, after bytes that could not be read.
    virtual void framing_found(Side from, Evidence at) = 0;
};

/// One direction. Keeps at most a header's five bytes.
class RecordLayer {
  public:
    /// `aligned`: the first byte begins a record (the stream was seen from its start).
    RecordLayer(Side from, bool aligned) : from_{from}, state_{aligned ? State::header : State::seeking} {}

    void data(const flow::Chunk& chunk, RecordHandler& handler);
    void gap(const flow::Gap& gap, RecordHandler& handler);

    bool in_sync() const { return state_ != State::seeking; }
    /// Nothing is pending: the direction stands at a record border.
    bool at_border() const { return state_ == State::header && have_ == 0; }

  private:
    enum class State : std::uint8_t { header, body, seeking };

    bool seek(Bytes data, const flow::Chunk& chunk);
    Bytes take_header(Bytes data, const flow::Chunk& chunk, RecordHandler& handler);
    Bytes take_body(Bytes data, const flow::Chunk& chunk, RecordHandler& handler);
    void begin(Evidence released, RecordHandler& handler);
    void close_if_over(Evidence last, RecordHandler& handler);

    RecordHeader header_;
    Evidence first_;
    std::uint16_t left_ = 0;
    std::array<std::uint8_t, kRecordHeaderSize> buffer_{};
    std::uint8_t have_ = 0;
    Side from_;
    State state_;
    bool dropped_ = false;  // bytes, while seeking
    Body mode_ = Body::hop;
};

/// Do these bytes begin with a record, as far as they reach: a plausible header, and another one (or the end of the
/// bytes) where the first record ends?
bool begins_with_record(Bytes data);

}  // namespace tlsscope::tls
