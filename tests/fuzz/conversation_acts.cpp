// The instructions of a script.
#include <array>

#include "conversation_talk.h"

namespace tlsscope::fuzz {

namespace {

using namespace support;
using namespace tls::testing;
using support::Side;

constexpr std::array kNames = {"www.example.com",
                               "a",
                               "b.example",
                               "xn--bcher-kva.example",
                               "192.0.2.1",
                               "=cmd|' /C'!A1",
                               "x;=1,\"",
                               "\x1b[31m",
                               "\xc2\x9b"
                               "2J",
                               "caf\xc3\xa9\xff",
                               "\xe2\x80\xae",
                               "'",
                               "a\nb",
                               "\\x3b",
                               "</script>"};

/// Whole microseconds: that is what every carrier keeps.
constexpr std::array<Nanos, 12> kTimes = {0,
                                          1'000,
                                          100'000,
                                          kMillisecond,
                                          10 * kMillisecond,
                                          40 * kMillisecond,
                                          60 * kMillisecond,
                                          250 * kMillisecond,
                                          kSecond,
                                          3 * kSecond,
                                          61 * kSecond,
                                          600 * kSecond};

Nanos time_of(std::uint8_t n) { return kTimes[n % kTimes.size()]; }

Buffer finished(std::uint8_t value) { return change_cipher_spec() + tls_record(22, fill(8, 0) + fill(32, value)); }

std::string name_of(const Word& w) {
    return w.c == 0xff ? std::string(300, 'n') : std::string{kNames[w.c % kNames.size()]};
}

void open(const Word& w, Talk& talk) {
    if ((w.a & 64) != 0) talk.now().isn(0U - w.b * 2U, 0U - w.c);  // sequence numbers wrap soon
    Buffer options;
    if ((w.a & 1) != 0) options = options + option_mss(static_cast<std::uint16_t>(w.b * 16));
    if ((w.a & 2) != 0) options = options + option_window_scale(w.b % 16);
    if ((w.a & 4) != 0) options = options + option_sack_permitted();
    if ((w.a & 8) != 0) options = options + option_timestamps(w.b, w.c);
    talk.say(Side::client, Part{.flags = kTcpSyn, .options = options});
    if ((w.a & 16) != 0) return;
    talk.say(Side::server, Part{.flags = kTcpSyn | kTcpAck, .options = options});
    if ((w.a & 32) == 0) talk.say(Side::client, Part{});
}

void client_hello(const Word& w, Talk& talk) {
    const std::string name = name_of(w);
    Hello h{.extensions = {sni_extension(name)}};
    switch (w.a % 8) {
        case 1: h.tls13(); break;
        case 2: h.session_id = fill(32, w.b); break;
        case 3: h.with(extension(35, fill(w.b, 0x70))); break;
        case 4:  // resumption with early data
            h.tls13().with(extension(42, {})).with(extension(45, vec8(u8(1))));
            h.with(extension(41, vec16(vec16(fill(32, 7)) + u8(0) + u8(0) + u16(0)) + vec16(vec8(fill(32, 8)))));
            break;
        case 5: h.tls13().with(extension(0xfafa, fill(w.b * std::size_t{60}))); break;
        case 6: h.with(extension(16, vec16(vec8(text("h2")) + vec8(text(name.substr(0, 200)))))); break;
        default: break;
    }
    const Buffer message = tls::testing::client_hello(h);
    if (w.a % 8 != 7) return talk.ask(tls_record(22, message, 0x0301), name);
    const auto cut = message.begin() + 1 + w.b % static_cast<std::ptrdiff_t>(message.size() - 1);
    talk.ask(tls_record(22, {message.begin(), cut}, 0x0301) + tls_record(22, {cut, message.end()}, 0x0301), name);
}

void server_flight(const Word& w, Talk& talk) {
    Buffer out;
    const Buffer chain = certificate({fill(w.b * std::size_t{8}, 0x30), fill(w.c, 0x31)});
    switch (w.a % 12) {
        case 0: out = flight12(); break;
        case 1: out = flight13(); break;
        case 2: out = tls_record(22, server_hello(ServerChoice{}.retry())) + change_cipher_spec(); break;
        case 3: out = tls_record(22, server_hello({.session_id = fill(32, w.b)})) + finished(0xdd); break;
        case 4: out = alert(2, w.b); break;
        case 5: out = alert(1, 112) + flight12(); break;
        case 6:
            out = tls_record(22, server_hello({}) + chain + server_key_exchange() +
                                     handshake(13, vec8(u8(1)) + vec16(u16(0x0804)) + vec16({})) + server_hello_done());
            break;
        case 7:
            out = tls_record(22, server_hello({})) + tls_record(22, chain) + tls_record(22, server_hello_done());
            break;
        case 8: out = server_finish12(); break;
        case 9: out = text("HTTP/1.1 400 Bad Request\r\n\r\n"); break;
        case 10: out = tls_record(22, server_hello({.version = 0x0300U + w.b % 5, .cipher = w.c})); break;
        default: out = tls_record(22, handshake(4, u24(0) + u8(w.b) + vec16(fill(w.c)))) + server_finish12();
    }
    talk.say(Side::server, out);
}

void client_flight(const Word& w, Talk& talk) {
    Buffer out;
    switch (w.a % 8) {
        case 0: out = client_finish12(); break;
        case 1: out = client_finish13(); break;
        case 2:  // a certificate, perhaps none, and its proof
            out = tls_record(22, certificate({fill(w.b, 0x32)}) + client_key_exchange() +
                                     handshake(15, u16(0x0804) + vec16(fill(256)))) +
                  finished(0xee);
            break;
        case 3: out = alert(2, w.b); break;
        case 4: out = change_cipher_spec() + application(w.b) + application(53); break;
        case 5: out = tls_record(22, client_key_exchange()); break;
        case 6: out = finished(w.b); break;
        default: out = tls_record(22, handshake(w.b, fill(w.c)));
    }
    talk.say(Side::client, out);
}

void application_data(const Word& w, Talk& talk) { talk.say(w.side(), application(w.b * std::size_t{w.c})); }

void close_notify(const Word& w, Talk& talk) { talk.say(w.side(), (w.b & 1) != 0 ? alert(1, 0) : application(19)); }

/// Bytes that are no TLS, or no longer.
void junk(const Word& w, Talk& talk) {
    constexpr std::array kLines = {
        "GET / HTTP/1.1\r\n\r\n",         "220 mail ESMTP\r\n",     "STARTTLS\r\n", "220 go\r\n",
        "CONNECT a:443 HTTP/1.1\r\n\r\n", "HTTP/1.1 200 ok\r\n\r\n"};
    if (w.b < kLines.size()) return talk.say(w.side(), text(kLines[w.b]));
    talk.say(w.side(), w.b % 2 == 0 ? fill(w.b, w.c) : tls_record(w.c, fill(w.b, w.b), 0x0300 + w.a % 8));
}

void acknowledge(const Word& w, Talk& talk) {
    talk.say(w.side(), Part{.at = static_cast<std::int8_t>(w.b) / 8, .ack = static_cast<std::int8_t>(w.c) / 8});
}

void fin(const Word& w, Talk& talk) {
    talk.say(w.side(), Part{.bytes = fill(w.b % 4), .flags = kTcpFin | kTcpAck, .ack = -(w.c % 3)});
}

void close(const Word&, Talk& talk) {
    for (const Side side : {Side::client, Side::server}) {
        talk.say(side, Part{.flags = kTcpFin | kTcpAck});
        talk.say(other(side), Part{});
    }
}

void rst(const Word& w, Talk& talk) {
    talk.say(w.side(), Part{.flags = kTcpRst | ((w.b & 1) != 0 ? kTcpAck : 0U),
                            .at = static_cast<std::int8_t>(w.c),
                            .forged = (w.b & 2) != 0});
}

/// Somebody else's segment, or an echo of what was said with other bytes.
void forge(const Word& w, Talk& talk) {
    talk.say(w.side(), Part{.bytes = fill(w.b, 0x5a), .at = static_cast<std::int8_t>(w.c), .forged = true, .ttl = 3});
}

/// Bytes sent before and perhaps some more, the same ones or others.
void overlap(const Word& w, Talk& talk) { talk.say(w.side(), Part{.bytes = fill(w.b, w.c), .at = -(w.a & 0x7f)}); }

void cut(const Word& w, Talk& talk) {
    Scenario& s = talk.now();
    if (s.last_segments() != 1 || s.steps().back().bytes.size() < 2) return;
    constexpr std::size_t kMost = 40;
    const std::size_t size = s.steps().back().bytes.size();
    const std::size_t each = std::max<std::size_t>(1U + w.b, size / kMost + 1);
    if (talk.full(kMost, 0)) return;
    if ((w.a & 1) != 0) s.each(each);
    else s.split({1U + w.b % size, 1U + w.c % size});
}

void reorder(const Word& w, Talk& talk) {
    Scenario& s = talk.now();
    if (s.last_segments() < 2) return;
    if (w.a % 2 == 0) s.shuffle(w.b);
    else s.reverse();
}

void drop(const Word& w, Talk& talk) {
    if (talk.now().last_segments() != 0) talk.now().drop(w.a % talk.now().last_segments());
}

void repeat(const Word& w, Talk& talk) {
    Scenario& s = talk.now();
    if (s.last_segments() == 0 || talk.full(1, 0)) return;
    s.repeat(w.a % s.last_segments(), time_of(w.b));
    // Fragments keep their identification, by which IPv4 knows a copy.
    if (s.steps().back().wrap) s.not_under("ipv6");
    // Sent again, but cut in another place.
    s.edit(s.last_segments() - 1, [&](Step& x) {
        const std::size_t less = std::min<std::size_t>(w.c / 4, x.bytes.size());
        if ((w.c & 1) != 0 || less == x.bytes.size()) return;
        x.bytes.erase(x.bytes.begin(), x.bytes.begin() + static_cast<std::ptrdiff_t>(less));
        x.seq += static_cast<std::uint32_t>(less);
    });
}

/// Repeats a segment in the words of another: both the same to a capture of two mirror ports.
void twice(const Word&, Talk& talk) {
    if (talk.full(talk.now().steps().size(), 0)) return;
    talk.now().twice().not_under("ipv6");  // no identification there that tells a copy
}

void wait(const Word& w, Talk& talk) { talk.now().wait(time_of(w.a)); }

void change(Step& x, const Word& w) {
    switch (w.b % 12) {
        case 0: x.window = w.c; break;
        case 1:
            x.urgent = w.c;
            x.flags |= kTcpUrg;
            break;
        case 2: x.ttl = w.c; break;
        case 3: x.bad_checksum = true; break;
        case 4: x.flags ^= w.c; break;
        case 5: x.data_offset = w.c % 16; break;
        case 6: x.seq += static_cast<std::uint32_t>(static_cast<std::int8_t>(w.c)); break;
        case 7: x.ack_number += static_cast<std::uint32_t>(static_cast<std::int8_t>(w.c)) * 16; break;
        case 8: x.after = time_of(w.c); break;
        case 9: x.options = (w.c & 1) != 0 ? option_timestamps(w.c, 1) : Buffer(w.c % 40, w.c); break;
        case 10: x.vlan = w.c; break;
        default:
            if (!x.bytes.empty()) x.bytes[w.c % x.bytes.size()] ^= static_cast<std::uint8_t>(1U << w.c % 8);
    }
}

void edit(const Word& w, Talk& talk) {
    Scenario& s = talk.now();
    if (s.last_segments() != 0) s.edit(w.a % s.last_segments(), [&](Step& x) { change(x, w); });
}

void snap(const Word& w, Talk& talk) {
    Scenario& s = talk.now();
    if (s.last_segments() == 0) return;
    s.edit(w.a % s.last_segments(), [&](Step& x) { x.snap = 1U + w.b + (w.c % 4) * 256U; });
    s.not_under("ipv6").not_under("vlan");  // their headers are longer: they keep less
}

Packet fragment(const Packet& whole, const Wrapping& w, Side from, std::size_t at, std::size_t size, std::uint16_t id) {
    const bool up = from == Side::client;
    const bool more = at + size < whole.size();
    const Packet part = whole.slice(at, std::min(size, whole.size() - at));
    const auto offset = static_cast<std::uint16_t>(at);
    const Packet ip = w.six ? in_ip(part.ipv6_fragment(offset, more, id), w, from)
                            : part.ipv4({.source = up ? "10.0.0.1" : "10.0.0.2",
                                         .destination = up ? "10.0.0.2" : "10.0.0.1",
                                         .id = id,
                                         .more_fragments = more,
                                         .fragment_offset = offset});
    return w.vlan ? ip.vlan(*w.vlan).ethernet() : ip.ethernet();
}

Packet checksummed(const Packet& segment, const Wrapping& w, Side from) {
    const bool up = from == Side::client;
    if (w.six)
        return segment.checksummed(
            Ipv6{.source = up ? "2001:db8::1" : "2001:db8::2", .destination = up ? "2001:db8::2" : "2001:db8::1"});
    return segment.checksummed(
        Ipv4{.source = up ? "10.0.0.1" : "10.0.0.2", .destination = up ? "10.0.0.2" : "10.0.0.1"});
}

/// The segment in IP fragments: in order or not, one left out, or overlapping by eight bytes.
void fragments(const Word& w, Talk& talk) {
    Scenario& s = talk.now();
    if (s.last_segments() == 0) return;
    constexpr std::size_t kMost = 12;
    const bool reversed = (w.c & 1) != 0, incomplete = (w.c & 2) != 0, overlapping = (w.c & 4) != 0;
    const std::size_t wanted = (1U + w.b % 32) * 8;
    const auto id = static_cast<std::uint16_t>(s.steps().size());
    s.edit(w.a % s.last_segments(), [&](Step& x) {
        x.wrap = [=](const Packet& segment, const Wrapping& wrapping, Side from) {
            const Packet whole = checksummed(segment, wrapping, from);
            const std::size_t size = std::max(wanted, (whole.size() / kMost + 8) / 8 * 8);
            std::vector<Packet> out;
            for (std::size_t at = 0; at < whole.size(); at += size)
                out.push_back(fragment(whole, wrapping, from, at, size + (overlapping ? 8U : 0U), id));
            if (reversed) std::reverse(out.begin(), out.end());
            if (incomplete) out.pop_back();
            return out;
        };
    });
    if (overlapping) s.not_under("ipv6");  // RFC 5722: there it is no datagram
}

void noise(const Word& w, Talk& talk) {
    if (talk.full(1, 0)) return;
    if (w.a % 2 == 0)
        talk.now().noise(support::raw(fill(w.b, w.c), 0).udp({.destination_port = 443}).ipv4().ethernet());
    else talk.now().noise(Packet{fill(14U + w.b, w.c)});
}

void connect(const Word& w, Talk& talk) {
    constexpr std::array<std::uint16_t, 4> kServers = {443, 8443, 25, 3128};
    talk.connect(static_cast<std::uint16_t>(40000 + w.a % 8), kServers[w.b % kServers.size()]);
}

void another(const Word& w, Talk& talk) { talk.begin_another(static_cast<std::uint16_t>(41000 + w.a % 8)); }

/// Sequence numbers that wrap soon.
void wrap(const Word& w, Talk& talk) { talk.now().isn(0U - w.b * 8U, (w.a & 1) != 0 ? 0x80000000U - w.c : 0U - w.c); }

void turn_round(const Word&, Talk& talk) { talk.now().turned_round(); }

void keep(const Word& w, Talk& talk) { talk.now().keep(w.side()); }

using Act = void (*)(const Word&, Talk&);
// The number of an act is its place; what is common stands twice.
constexpr std::array<Act, 32> kActs = {
    open,         client_hello, server_flight, client_flight, application_data,
    close_notify, junk,         acknowledge,   fin,           close,
    rst,          forge,        overlap,       cut,           reorder,
    drop,         repeat,       twice,         wait,          edit,
    snap,         fragments,    noise,         connect,       another,
    wrap,         turn_round,   keep,          open,          client_hello,
    cut,          edit,
};

}  // namespace

void perform(const Word& word, Talk& talk) { kActs[word.act % kActs.size()](word, talk); }

}  // namespace tlsscope::fuzz
