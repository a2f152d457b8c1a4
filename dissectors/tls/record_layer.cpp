#include "dissectors/tls/record_layer.h"

#include <algorithm>

namespace tlsscope::tls {

namespace {

RecordHeader header_in(Bytes five) {
    Reader in{five};
    return read_record_header(in);
}

}  // namespace

bool begins_with_record(Bytes data) {
    if (!is_plausible_record_header(data)) return false;
    const std::size_t end = kRecordHeaderSize + header_in(data.first(kRecordHeaderSize)).length;
    if (data.size() < end + kRecordHeaderSize) return true;
    return is_plausible_record_header(data.subspan(end));
}

void RecordLayer::data(const flow::Chunk& chunk, RecordHandler& handler) {
    Bytes left = chunk.data;
    if (state_ == State::seeking) {
        if (!begins_with_record(left)) return;
        state_ = State::header;
        have_ = 0;
        handler.framing_found(from_, chunk.released);
    }
    while (!left.empty() && state_ != State::seeking)
        left = state_ == State::header ? take_header(left, chunk, handler) : take_body(left, chunk, handler);
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
    if (missing == 0 || state_ == State::seeking) return;
    state_ = State::seeking;
    handler.framing_lost(from_, true, gap.at);
}

}  // namespace tlsscope::tls
