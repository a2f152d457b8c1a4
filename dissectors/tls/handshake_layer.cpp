#include "dissectors/tls/handshake_layer.h"

#include <algorithm>

namespace tlsscope::tls {

using Cut = HandshakeMessage::Cut;

void HandshakeLayer::data(Bytes piece, std::size_t record_left, Evidence carried, Evidence released,
                          HandshakeHandler& handler) {
    while (!piece.empty() && !skip_record_)
        piece = have_header_ < kHandshakeHeaderSize ? take_header(piece, record_left, carried, released, handler)
                                                    : take_body(piece, released, handler);
}

Bytes HandshakeLayer::take_header(Bytes data, std::size_t record_left, Evidence carried, Evidence released,
                                  HandshakeHandler& handler) {
    if (have_header_ == 0) first_ = at_record_start_ ? record_first_ : carried;
    at_record_start_ = false;
    const std::size_t n = std::min(data.size(), kHandshakeHeaderSize - have_header_);
    std::copy_n(data.begin(), n, header_bytes_.begin() + have_header_);
    have_header_ = static_cast<std::uint8_t>(have_header_ + n);
    if (have_header_ == kHandshakeHeaderSize) begin_message(data.size() - n + record_left, released, handler);
    return data.subspan(n);
}

void HandshakeLayer::begin_message(std::size_t record_left, Evidence released, HandshakeHandler& handler) {
    Reader in{header_bytes_};
    header_ = read_handshake_header(in);
    left_ = header_.length;
    if (!trusted_ && !handler.plausible_message(from_, header_, record_left)) {
        forget();
        skip_record_ = implausible_ = true;
        return;
    }
    trusted_ = true;
    if (left_ == 0) give({}, Cut::whole, released, handler);
}

Bytes HandshakeLayer::take_body(Bytes data, Evidence released, HandshakeHandler& handler) {
    at_record_start_ = false;
    const std::size_t n = std::min<std::size_t>(data.size(), left_);
    const Bytes part = data.first(n);
    const Bytes rest = data.subspan(n);
    left_ -= static_cast<std::uint32_t>(n);
    if (left_ == 0 && buffer_.empty() && !given_) {
        give(part, Cut::whole, released, handler);
        return rest;
    }
    if (!given_) {
        const std::size_t room = kMaxMessage - buffer_.size();
        if (!buffer_.append(part.first(std::min(room, n))))
            give(buffer_.empty() ? part : buffer_.bytes(), Cut::budget, released, handler);
        else if (n > room) give(buffer_.bytes(), Cut::cap, released, handler);
        else if (left_ == 0) give(buffer_.bytes(), Cut::whole, released, handler);
    }
    if (left_ == 0) forget();
    return rest;
}

void HandshakeLayer::hole(std::uint64_t length, Evidence at, HandshakeHandler& handler) {
    if (length == 0 || skip_record_) return;
    if (have_header_ < kHandshakeHeaderSize || length > left_) {
        interrupt(handler);
        skip_record_ = true;
        return;
    }
    if (!given_) give(buffer_.bytes(), Cut::gap, length == left_ ? at : Evidence{}, handler);
    left_ -= static_cast<std::uint32_t>(length);
    if (left_ == 0) forget();
}

void HandshakeLayer::break_off(Cut cut, HandshakeHandler& handler) {
    if (have_header_ == kHandshakeHeaderSize && !given_) give(buffer_.bytes(), cut, {}, handler);
    forget();
    trusted_ = false;
}

void HandshakeLayer::record_begins(Evidence first) {
    skip_record_ = implausible_ = false;
    record_first_ = first;
    at_record_start_ = true;
}

void HandshakeLayer::give(Bytes body, Cut cut, Evidence last, HandshakeHandler& handler) {
    const std::vector<std::uint8_t> keep = buffer_.take();  // `body` may point into it while the handler runs
    const HandshakeMessage message{header_, body, cut, first_, last};
    given_ = cut != Cut::whole;
    if (!given_) forget();
    handler.handshake_message(from_, message);
}

void HandshakeLayer::forget() {
    left_ = 0;
    have_header_ = 0;
    given_ = false;
}

}  // namespace tlsscope::tls
