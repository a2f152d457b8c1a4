// Handshakes that do not end, records with nothing in them, certificates without measure.
#include <algorithm>
#include <vector>

#include "overload/certificates.h"
#include "overload/needles.h"
#include "overload/scenarios.h"

namespace overload {

namespace {

using bench::Flight;
using bench::Handshake;
using bench::Kind;

constexpr std::size_t kSegment = 1448;
constexpr std::size_t kRecord = 16000;
constexpr unsigned kHandshake = 22;
constexpr unsigned kCertificate = 11;

std::string name_of(std::uint64_t number) { return "flood-" + std::to_string(number) + ".overload.example"; }

void say_all(Conversation& c, bool from_client, View bytes) {
    while (!bytes.empty()) {
        const View piece = bytes.first(std::min(kSegment, bytes.size()));
        c.say(from_client, piece);
        bytes = bytes.subspan(piece.size());
    }
}

/// Up to the ServerHello; the rest of the server's flight is cut off.
void begin(Conversation& c, const Handshake& handshake) {
    c.open();
    c.say(true, handshake.flights[0].bytes);
    const View flight = handshake.flights[1].bytes;
    const std::size_t hello = 4U + (flight[6] * 65536U + flight[7] * 256U + flight[8]);
    c.say(false, bench::record(kHandshake, flight.subspan(5, hello)));
}

/// In records, as large as they may be.
Octets in_records(View bytes) {
    Builder b;
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(kRecord, bytes.size())))
        b.add(bench::record(kHandshake, bytes.first(std::min(kRecord, bytes.size()))));
    return b.take();
}

/// What servers can go on with for ever. Three of five: one message of 16 MB, of which 128 KiB are kept as long as the
/// budget of all allows it; the others: messages of no length; a message cut into records of one byte.
std::vector<Octets> endless(std::size_t length) {
    Dice dice{8};
    Builder one;
    one.u8(kCertificate).u24(0xffffff).add(dice.octets(length));
    Builder slivers;
    slivers.add(bench::record(kHandshake, Octets{kCertificate, 0xff, 0xff, 0xff}));
    for (std::size_t i = 0; i < length / 6; ++i) slivers.add(bench::record(kHandshake, Octets{1}));
    const Octets whole = in_records(one.view());
    const Octets requests = in_records(Octets(length));  // HelloRequests: type 0, length 0
    return {whole, requests, whole, slivers.take(), whole};
}

/// TLS 1.2 handshakes whose certificates are these; `number` is written over their serial numbers, so that no cache
/// has them.
void with_chain(Traffic& traffic, std::uint64_t connections, const Chain& chain) {
    Needles needles{traffic, 20, connections, 1};
    Dice dice{9};
    for (std::uint64_t i = 0; i < connections; ++i) {
        const Handshake handshake = make_handshake(Kind::tls12, name_of(i), dice);
        Conversation c{traffic, flood_client(i), flood_server()};
        begin(c, handshake);
        say_all(c, false, in_records(certificate_message(chain, i)));
        c.say(false, bench::record(kHandshake, bench::message(14, {})));
        c.close();
        needles.pass();
    }
    needles.finish();
}

}  // namespace

void endless_handshakes(Traffic& traffic, std::uint64_t amount) {
    constexpr std::size_t kLength = std::size_t{1} << 20U;
    const std::vector<Octets> kinds = endless(kLength);
    Dice dice{10};
    std::vector<Conversation> all;
    for (std::uint64_t i = 0; i < amount; ++i)
        begin(all.emplace_back(traffic, flood_client(i), flood_server()),
              make_handshake(Kind::tls12, name_of(i), dice));
    Needles needles{traffic, 100, amount * (kLength / kSegment)};
    for (std::size_t at = 0; at < kLength; at += kSegment) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i].say(false, View{kinds[i % kinds.size()]}.subspan(at, std::min(kSegment, kLength - at)));
            needles.pass();
        }
    }
    needles.finish();
}

/// Ten connections send nothing but headers of records: 280 in a segment.
void empty_records(Traffic& traffic, std::uint64_t amount) {
    constexpr std::uint64_t kInSegment = 280;
    constexpr std::size_t kConnections = 10;
    Dice dice{11};
    Builder nothing;
    for (std::uint64_t i = 0; i < kInSegment; ++i) nothing.add(bench::record(23, {}));
    std::vector<Conversation> all;
    for (std::size_t i = 0; i < kConnections; ++i) {
        Conversation& c = all.emplace_back(traffic, flood_client(i), flood_server());
        c.open();
        // Half of them begin in the handshake.
        const Handshake h = make_handshake(Kind::tls13, name_of(i), dice);
        for (std::size_t f = 0; f < (i % 2 == 0 ? h.flights.size() : 2); ++f)
            say_all(c, h.flights[f].from_client, h.flights[f].bytes);
    }
    Needles needles{traffic, 100, amount / kInSegment};
    for (std::uint64_t i = 0; i < amount / kInSegment; ++i) {
        all[i % all.size()].say(i % 3 == 0, nothing.view());
        needles.pass();
    }
    needles.finish();
}

void long_chains(Traffic& traffic, std::uint64_t amount) {
    with_chain(traffic, 500, Chain(amount, make_certificate({})));
}

void many_names(Traffic& traffic, std::uint64_t amount) {
    with_chain(traffic, 1000, {make_certificate({.names = amount})});
}

void large_keys(Traffic& traffic, std::uint64_t amount) {
    with_chain(traffic, 10'000, {make_certificate({.rsa_bits = amount})});
}

}  // namespace overload
