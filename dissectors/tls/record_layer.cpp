#include "dissectors/tls/record_layer.h"

#include <algorithm>
#include <utility>

namespace tlsscope::tls {

namespace {

RecordHeader header_in(Bytes five) {
    Reader in{five};
    return read_record_header(in);
}

/// Whether a record header follows the body of that length, as far as the bytes reach.
bool continues(Bytes body, std::size_t length) {
    return body.size() < length + kRecordHeaderSize || is_plausible_record_header(body.subspan(length));
}

bool is_record_type(std::uint8_t byte) {
    return byte >= static_cast<std::uint8_t>(ContentType::change_cipher_spec) &&
           byte <= static_cast<std::uint8_t>(ContentType::heartbeat);
}

}  // namespace

bool begins_with_record(Bytes data) {
    if (!is_plausible_record_header(data)) return false;
    return continues(data.subspan(kRecordHeaderSize), header_in(data.first(kRecordHeaderSize)).length);
}

void RecordLayer::data(const flow::Chunk& chunk, RecordHandler& handler) {
    Bytes left = chunk.data;
    if (state_ == State::seeking) {
        const bool found = seek(left, chunk);
        dropped_ = dropped_ || (!found && have_ == 0);
        if (!found) return;
        state_ = State::header;
        if (std::exchange(dropped_, false)) handler.framing_found(from_, chunk.released);
    }
    while (!left.empty() && state_ != State::seeking)
        left = state_ == State::header ? take_header(left, chunk, handler) : take_body(left, chunk, handler);
}

/// A segment may end inside the header it begins with: its few bytes are kept until the next one tells.
bool RecordLayer::seek(Bytes data, const flow::Chunk& chunk) {
    std::array<std::uint8_t, kRecordHeaderSize> header = buffer_;
    const std::size_t n = std::min<std::size_t>(data.size(), kRecordHeaderSize - have_);
    std::copy_n(data.begin(), n, header.begin() + have_);
    if (have_ + n == kRecordHeaderSize) {
        if (have_ != 0 && is_plausible_record_header(header) && continues(data.subspan(n), header_in(header).length))
            return true;
        have_ = 0;
        return begins_with_record(data);
    }
    if (have_ + n == 0 || !is_record_type(header.front())) {
        have_ = 0;
        return false;
    }
    if (have_ == 0) first_ = chunk.carried;
    buffer_ = header;
    have_ = static_cast<std::uint8_t>(have_ + n);
    return false;
}

Bytes RecordLayer::take_header(Bytes data, const flow::Chunk& chunk, RecordHandler& handler) {
    if (have_ == 0) first_ = chunk.carried;
    const std::size_t n = std::min(data.size(), kRecordHeaderSize - have_);
    std::copy_n(data.begin(), n, buffer_.begin() + have_);
    have_ = static_cast<std::uint8_t>(have_ + n);
    if (have_ == kRecordHeaderSize) begin(chunk.released, handler);
    return data.subspan(n);
}

void RecordLayer::begin(Evidence released, RecordHandler& handler) {
    header_ = header_in(buffer_);
    have_ = 0;
    left_ = header_.length;
    mode_ = handler.begin_record(from_, header_, first_);
    if (mode_ == Body::refuse) {
        state_ = State::seeking;
        dropped_ = true;
        handler.framing_lost(from_, false, released);
        return;
    }
    state_ = State::body;
    close_if_over(released, handler);
}

Bytes RecordLayer::take_body(Bytes data, const flow::Chunk& chunk, RecordHandler& handler) {
    const std::size_t n = std::min<std::size_t>(data.size(), left_);
    left_ = static_cast<std::uint16_t>(left_ - n);
    if (mode_ == Body::pieces) handler.record_piece(from_, header_, data.first(n), chunk.carried, chunk.released);
    close_if_over(chunk.released, handler);
    return data.subspan(n);
}

void RecordLayer::close_if_over(Evidence last, RecordHandler& handler) {
    if (left_ != 0) return;
    state_ = State::header;
    handler.end_record(from_, header_, last);
}

void RecordLayer::gap(const flow::Gap& gap, RecordHandler& handler) {
    std::uint64_t missing = gap.length;
    if (state_ == State::body) {
        const auto inside = static_cast<std::uint16_t>(std::min<std::uint64_t>(missing, left_));
        left_ = static_cast<std::uint16_t>(left_ - inside);
        missing -= inside;
        if (mode_ == Body::pieces) handler.record_hole(from_, header_, inside, gap.at);
        close_if_over(gap.at, handler);
    }
    if (missing == 0) return;
    have_ = 0;
    if (state_ == State::seeking) return;
    state_ = State::seeking;
    dropped_ = true;
    handler.framing_lost(from_, true, gap.at);
}

}  // namespace tlsscope::tls
