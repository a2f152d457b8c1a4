#include "conversation.h"

#include <algorithm>

#include "plain.h"

namespace bench {

namespace {

constexpr std::size_t kSegment = 1448;  // MSS 1460 less 12 bytes of time stamps
constexpr std::size_t kHeaders = 82;    // pcap record, Ethernet, IPv4, TCP with time stamps
constexpr std::size_t kOpening = 3;     // packets before the first byte
constexpr Endpoint kResolver{(192U << 24U) + (2U << 8U) + 53, 53};

}  // namespace

Connection::Connection(const Ends& ends, const Shape& shape, Dice& dice) : ends_{ends}, shape_{shape} {
    next_[0] = static_cast<std::uint32_t>(dice.next());
    next_[1] = static_cast<std::uint32_t>(dice.next());
    open();
}

Connection::Connection(const Ends& ends, Kind kind, const std::string& sni, View response, const Shape& shape,
                       Dice& dice)
    : Connection{ends, shape, dice} {
    Handshake handshake = make_handshake(kind, sni, dice);
    truth_ = std::move(handshake.truth);
    flights_ = std::move(handshake.flights);
    for (const Flight& f : flights_) say(f.from_client, f.bytes);
    std::size_t application_data = steps_.size();
    if (!fails(kind)) {
        request_ = application_record(180 + dice.below(300), dice);
        say(true, request_);
        application_data = steps_.size();
        say(false, response);
        goodbye_ = close_notify(kind, dice);
        if (shape.closes) say(true, goodbye_);
    }
    if (shape.closes) close();
    if (shape.start == Shape::Start::hello) skip_to(kOpening);
    if (shape.start == Shape::Start::data) {
        skip_to(application_data + dice.below(std::max<std::size_t>(1, (steps_.size() - application_data) / 2)));
        forget_handshake();
    }
}

Connection::Connection(const Ends& ends, std::string kind, std::vector<Flight> flights, View body, const Shape& shape,
                       Dice& dice)
    : Connection{ends, shape, dice} {
    truth_.kind = std::move(kind);
    truth_.tls = "no";
    truth_.outcome = "closed";
    flights_ = std::move(flights);
    for (const Flight& f : flights_) say(f.from_client, f.bytes);
    say(false, body);
    close();
}

std::uint64_t Connection::planned_bytes() const {
    std::uint64_t total = 0;
    for (std::size_t i = position_; i < steps_.size(); ++i) total += kHeaders + steps_[i].payload.size();
    return total;
}

void Connection::emit(CaptureFile& file, std::uint64_t now) {
    const Step& step = steps_[position_++];
    const int side = step.from_client ? 0 : 1;
    const auto milliseconds = static_cast<std::uint32_t>(now / 1'000'000U);
    Tcp tcp{ends_.client, ends_.server, next_[side], (step.flags & flags::kAck) ? next_[1 - side] : 0,
            step.flags,   milliseconds, echo_[side]};
    if (!step.from_client) std::swap(tcp.from, tcp.to);
    echo_[1 - side] = milliseconds;
    file.packet(now, tcp, step.payload);
    next_[side] +=
        static_cast<std::uint32_t>(step.payload.size()) + ((step.flags & (flags::kSyn | flags::kFin)) ? 1U : 0U);
}

void Connection::open() {
    step(true, flags::kSyn);
    step(false, flags::kSyn | flags::kAck);
    step(true, flags::kAck);
}

void Connection::close() {
    step(true, flags::kFin | flags::kAck);
    step(false, flags::kFin | flags::kAck);
    step(true, flags::kAck);
}

/// Cut into segments; the receiver acknowledges every few of them.
void Connection::say(bool from_client, View bytes) {
    for (std::size_t sent = 0; !bytes.empty();) {
        const View piece = bytes.first(std::min(kSegment, bytes.size()));
        bytes = bytes.subspan(piece.size());
        steps_.push_back(
            {from_client, static_cast<std::uint8_t>(flags::kAck | (bytes.empty() ? flags::kPsh : 0)), piece});
        if (++sent % shape_.segments_per_ack == 0) step(!from_client, flags::kAck);
    }
}

/// The capture begins later: sequence numbers have gone on meanwhile, but they are random anyway.
void Connection::skip_to(std::size_t first) { position_ = std::min(first, steps_.size() - 1); }

/// No hello is in the capture: nobody can know what was agreed, nor, where it begins within a record, that it is TLS.
void Connection::forget_handshake() {
    truth_ = Truth{};
    truth_.kind = "midstream";
}

Lookup::Lookup(Endpoint client, std::string name, std::uint32_t address)
    : client_{client}, name_{std::move(name)}, address_{address} {}

void Lookup::emit(CaptureFile& file, std::uint64_t now) {
    if (sent_++ == 0) file.datagram(now, client_, kResolver, dns_query(name_, client_.port));
    else file.datagram(now, kResolver, client_, dns_answer(name_, client_.port, address_));
}

}  // namespace bench
