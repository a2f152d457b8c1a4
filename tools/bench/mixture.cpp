#include "mixture.h"

#include <algorithm>
#include <array>

#include "plain.h"

namespace bench {

namespace {

constexpr std::size_t kServers = 400;       // and as many names
constexpr std::size_t kRecordBody = 16401;  // TLS 1.3: 2^14 bytes, content type, tag

// The pace: bulk 1 Gbit/s, handshakes 4,000 connections per second, mixed in between.
constexpr std::array<Mixture, 4> kMixtures{{
    {"bulk", true, 7400, 18000, 139500, 2, true, 88000},
    {"handshakes", false, 17000, 100, 440, 2, true, 4300},
    {"mixed", true, 10000, 2000, 70000, 2, true, 42000},
    {"open", false, 17000, 100, 440, 2, false, 4000},
}};

struct Weight {
    Kind kind;
    unsigned per_mille;
};

constexpr std::array<Weight, 2> kBulkKinds{{{Kind::tls13, 600}, {Kind::tls12, 400}}};
constexpr std::array<Weight, 12> kAllKinds{{{Kind::tls13, 240},
                                            {Kind::tls13_post_quantum, 120},
                                            {Kind::tls13_resumed, 150},
                                            {Kind::tls13_retry, 40},
                                            {Kind::tls13_client_cert, 20},
                                            {Kind::tls13_refused, 20},
                                            {Kind::tls12, 180},
                                            {Kind::tls12_resumed, 70},
                                            {Kind::tls12_ticket, 70},
                                            {Kind::tls12_client_cert, 20},
                                            {Kind::tls12_refused, 30},
                                            {Kind::alert, 40}}};

template <std::size_t N>
Kind weighted(const std::array<Weight, N>& weights, Dice& dice) {
    std::uint64_t thrown = dice.below(1000);
    for (const Weight& w : weights) {
        if (thrown < w.per_mille) return w.kind;
        thrown -= w.per_mille;
    }
    return weights.front().kind;
}

std::string host_of(std::uint64_t number) { return "host" + std::to_string(number % kServers) + ".bench.example.com"; }

Ends ends_of(std::uint64_t number, std::uint16_t port) {
    return {{static_cast<std::uint32_t>((10U << 24U) + (1U << 16U) + number % 5000),
             static_cast<std::uint16_t>(20000 + number / 5000)},
            {static_cast<std::uint32_t>((198U << 24U) + (18U << 16U) + number % kServers), port}};
}

/// The servers' answers, made once and shared: records of full size and a last, shorter one.
std::vector<Octets> make_responses(std::size_t least, std::size_t most, Dice& dice) {
    std::vector<Octets> responses;
    for (int i = 0; i < 64; ++i) {
        Builder b;
        for (std::size_t left = least + dice.below(most - least + 1); left > 0;) {
            const std::size_t body = std::min(left, kRecordBody);
            b.add(application_record(body, dice));
            left -= body;
        }
        responses.push_back(b.take());
    }
    return responses;
}

std::vector<Octets> make_bodies(std::size_t least, std::size_t most, Dice& dice) {
    std::vector<Octets> bodies;
    for (int i = 0; i < 64; ++i) bodies.push_back(http_body(least + dice.below(most - least + 1), dice));
    return bodies;
}

}  // namespace

std::optional<Mixture> mixture_named(std::string_view name) {
    const auto* found =
        std::find_if(kMixtures.begin(), kMixtures.end(), [&](const Mixture& m) { return m.name == name; });
    return found == kMixtures.end() ? std::nullopt : std::optional{*found};
}

Maker::Maker(const Mixture& mixture, Dice& dice)
    : mixture_{mixture},
      dice_{dice},
      responses_{make_responses(mixture.least, mixture.most, dice)},
      bodies_{make_bodies(mixture.least, mixture.most, dice)} {}

std::unique_ptr<Connection> Maker::connection(std::uint64_t number) {
    if (mixture_.name == "mixed" && dice_.below(100) < 30) return plain(number);
    return std::make_unique<Connection>(ends_of(number, 443), choose_kind(), host_of(number), any_of(responses_),
                                        shape(), dice_);
}

std::unique_ptr<Lookup> Maker::lookup(const Connection& c, std::uint64_t number) {
    if (mixture_.name != "mixed" || dice_.below(2) == 0) return nullptr;
    return std::make_unique<Lookup>(
        Endpoint{c.ends().client.address, static_cast<std::uint16_t>(1024 + number % 60000)}, host_of(number),
        c.ends().server.address);
}

Kind Maker::choose_kind() {
    if (mixture_.name == "bulk") return weighted(kBulkKinds, dice_);
    return weighted(kAllKinds, dice_);
}

/// In the mixed capture one connection of ten began before it: half of these so late that no hello is seen.
Shape Maker::shape() {
    Shape s{mixture_.segments_per_ack, mixture_.closes, Shape::Start::syn};
    if (mixture_.name != "mixed") return s;
    const std::uint64_t percent = dice_.below(100);
    if (percent < 10) s.start = percent < 5 ? Shape::Start::hello : Shape::Start::data;
    return s;
}

/// Three of four are HTTP; in one of eight of these the server's port is that of HTTPS.
std::unique_ptr<Connection> Maker::plain(std::uint64_t number) {
    const Shape s{mixture_.segments_per_ack, true, Shape::Start::syn};
    if (dice_.below(4) == 0)
        return std::make_unique<Connection>(ends_of(number, 22), "ssh", ssh_exchange(dice_), View{}, s, dice_);
    const View body = any_of(bodies_);
    const std::uint16_t port = dice_.below(8) == 0 ? 443 : 80;
    return std::make_unique<Connection>(ends_of(number, port), "http",
                                        http_exchange(host_of(number), body.size(), dice_), body, s, dice_);
}

}  // namespace bench
