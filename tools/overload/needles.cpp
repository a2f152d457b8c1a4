#include "overload/needles.h"

#include <algorithm>
#include <array>

namespace overload {

namespace {

using bench::Kind;

constexpr std::array kKinds = {Kind::tls12, Kind::tls13, Kind::tls12_resumed, Kind::tls13_resumed};

Kind kind_of(std::uint64_t number) { return kKinds[number % kKinds.size()]; }

Dice dice_of(std::uint64_t number) { return Dice{number * 7919 + 20260101}; }

bench::Handshake handshake_of(std::uint64_t number) {
    Dice dice = dice_of(number);
    return make_handshake(kind_of(number), "needle-" + std::to_string(number) + ".overload.example", dice);
}

std::string truth_line(const bench::Truth& t) {
    return "needle\t" + t.sni + '\t' + t.version + '\t' + t.cipher + '\t' + t.alpn + '\t' +
           bench::to_hex(t.client_random);
}

}  // namespace

Needle::Needle(std::uint64_t number, const NeedleShape& shape, Traffic& traffic)
    : traffic_{traffic},
      client_{(10U << 24U) + static_cast<std::uint32_t>(number), static_cast<std::uint16_t>(20000 + number % 40000)},
      server_{(198U << 24U) + (18U << 16U) + static_cast<std::uint32_t>(number % 250), 443},
      next_{static_cast<std::uint32_t>(number * 2654435761U), static_cast<std::uint32_t>(number * 40503U)},
      handshake_{handshake_of(number)} {
    Dice dice = dice_of(number + 1);
    request_ = bench::application_record(200, dice);
    goodbye_ = bench::close_notify(kind_of(number), dice);
    steps_.push_back({true, flags::kSyn, {}});
    steps_.push_back({false, flags::kSyn | flags::kAck, {}});
    steps_.push_back({true, flags::kAck, {}});
    for (const bench::Flight& f : handshake_.flights) data(f.from_client, f.bytes, shape.segment);
    data(true, request_, shape.segment);
    data(false, request_, shape.segment);
    if (shape.closes) {
        data(true, goodbye_, shape.segment);
        steps_.push_back({true, flags::kFin | flags::kAck, {}});
        steps_.push_back({false, flags::kFin | flags::kAck, {}});
        steps_.push_back({true, flags::kAck, {}});
    }
    traffic.count_connection();
    traffic.truth(truth_line(handshake_.truth));
}

void Needle::data(bool from_client, View bytes, std::size_t segment) {
    while (!bytes.empty()) {
        const View piece = bytes.first(std::min(segment, bytes.size()));
        bytes = bytes.subspan(piece.size());
        steps_.push_back({from_client, flags::kAck, piece});
    }
}

void Needle::step() {
    const Step& s = steps_[at_++];
    const int side = s.from_client ? 0 : 1;
    Tcp tcp{client_, server_, next_[side], next_[1 - side], s.bits, traffic_.milliseconds(), 0};
    if ((s.bits & flags::kAck) == 0) tcp.ack = 0;
    if (!s.from_client) std::swap(tcp.from, tcp.to);
    traffic_.tcp(tcp, s.payload);
    next_[side] += static_cast<std::uint32_t>(s.payload.size()) + ((s.bits & (flags::kSyn | flags::kFin)) ? 1U : 0U);
}

Needles::Needles(Traffic& traffic, std::uint64_t count, std::uint64_t hay, std::uint64_t pace)
    : traffic_{traffic}, count_{count}, hay_{std::max<std::uint64_t>(1, hay)}, pace_{pace} {}

void Needles::pass() {
    if (begun_ < count_ && passed_ >= begun_ * hay_ / count_)
        open_.push_back(std::make_unique<Needle>(begun_++, NeedleShape{}, traffic_));
    if (++passed_ % pace_ == 0) step_all();
}

void Needles::finish() {
    for (; begun_ < count_; ++begun_) open_.push_back(std::make_unique<Needle>(begun_, NeedleShape{}, traffic_));
    while (!open_.empty()) step_all();
}

void Needles::step_all() {
    for (const auto& needle : open_) needle->step();
    std::erase_if(open_, [](const auto& needle) { return needle->done(); });
}

}  // namespace overload
