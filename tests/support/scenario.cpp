#include "support/scenario.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <utility>

namespace tlsscope::support {

namespace {

using namespace tls::testing;

std::uint32_t length_of(const Step& s) {
    const auto has = [&](unsigned flag) { return (s.flags & flag) != 0 ? 1U : 0U; };
    return static_cast<std::uint32_t>(s.bytes.size()) + has(kTcpSyn) + has(kTcpFin);
}

Packet tcp_of(const Step& s) {
    const bool up = s.from == Side::client;
    Tcp header{.source_port = up ? s.client_port : s.server_port,
               .destination_port = up ? s.server_port : s.client_port,
               .seq = s.seq,
               .ack = s.ack_number,
               .flags = static_cast<std::uint16_t>(s.flags),
               .window = s.window,
               .urgent = s.urgent,
               .options = s.options,
               .payload = std::string{s.bytes.begin(), s.bytes.end()},
               .data_offset = s.data_offset};
    if (s.bad_checksum) header.checksum = 0x1234;
    return tcp(header);
}

Packet ip_of(const Packet& segment, const Step& s, const Wrapping& w, std::uint16_t ip_id) {
    const bool up = s.from == Side::client;
    if (w.six)
        return segment.ipv6({.source = up ? "2001:db8::1" : "2001:db8::2",
                             .destination = up ? "2001:db8::2" : "2001:db8::1",
                             .hop_limit = s.ttl});
    return segment.ipv4({.source = up ? "10.0.0.1" : "10.0.0.2",
                         .destination = up ? "10.0.0.2" : "10.0.0.1",
                         .id = s.ip_id.value_or(ip_id),
                         .ttl = s.ttl});
}

Packet frame_of(Packet ip, const Step& s, const Wrapping& w) {
    if (s.vlan) ip = ip.vlan(*s.vlan);
    if (w.vlan) ip = ip.vlan(*w.vlan);
    return ip.ethernet();
}

std::vector<Packet> packets_of(const Step& s, const Wrapping& w, std::uint16_t ip_id) {
    const Packet segment = tcp_of(s);
    if (s.wrap) return s.wrap(segment, w, s.from);
    return {frame_of(ip_of(segment, s, w, ip_id), s, w)};
}

Buffer finished_record(std::uint8_t value) {
    return change_cipher_spec() + tls_record(22, fill(8, 0) + fill(32, value));
}

}  // namespace

Scenario& Scenario::send(Side from, Part part) {
    Step s;
    static_cast<Part&>(s) = std::move(part);
    std::uint32_t& mine = next_[record::index(from)];
    const std::uint32_t theirs = next_[record::index(other(from))];
    s.from = from;
    s.seq = mine + static_cast<std::uint32_t>(s.at);
    s.ack_number = (s.flags & kTcpAck) != 0 ? theirs + static_cast<std::uint32_t>(s.ack) : 0;
    s.client_port = client_port_;
    s.server_port = server_port_;
    s.after += std::exchange(wait_, 0);
    if (s.at == 0 && (s.flags & kTcpRst) == 0) mine += length_of(s);
    last_ = steps_.size();
    steps_.push_back(std::move(s));
    return *this;
}

Scenario& Scenario::handshake(const Buffer& options) {
    client({.flags = kTcpSyn, .options = options});
    server({.flags = kTcpSyn | kTcpAck, .options = options});
    return client_ack();
}

Scenario& Scenario::close() {
    client({.flags = kTcpFin | kTcpAck}).server_ack();
    return server({.flags = kTcpFin | kTcpAck}).client_ack();
}

Scenario& Scenario::split(const std::vector<std::size_t>& sizes) {
    const Step whole = last(0);
    steps_.resize(last_);
    std::size_t at = 0;
    for (std::size_t i = 0; at < whole.bytes.size(); ++i) {
        const std::size_t left = whole.bytes.size() - at;
        const std::size_t n = i < sizes.size() ? std::min(sizes[i], left) : left;
        Step piece = whole;
        piece.seq += static_cast<std::uint32_t>(at);
        const auto from = whole.bytes.begin() + static_cast<std::ptrdiff_t>(at);
        piece.bytes = {from, from + static_cast<std::ptrdiff_t>(n)};
        if (i != 0) piece.after = kMillisecond;
        steps_.push_back(std::move(piece));
        at += n;
    }
    return *this;
}

Scenario& Scenario::each(std::size_t n) { return split(std::vector<std::size_t>(last(0).bytes.size() / n, n)); }

Scenario& Scenario::order(const std::vector<std::size_t>& indices) {
    const std::vector<Step> before(steps_.begin() + static_cast<std::ptrdiff_t>(last_), steps_.end());
    steps_.resize(last_);
    for (const std::size_t i : indices) steps_.push_back(before.at(i));
    return *this;
}

Scenario& Scenario::reverse() {
    std::reverse(steps_.begin() + static_cast<std::ptrdiff_t>(last_), steps_.end());
    return *this;
}

Scenario& Scenario::shuffle(std::uint64_t seed) {
    std::mt19937_64 dice{seed};
    for (std::size_t i = steps_.size() - 1; i > last_; --i)
        std::swap(steps_[i], steps_[last_ + dice() % (i - last_ + 1)]);
    return *this;
}

Scenario& Scenario::drop(std::size_t n) {
    last(n);
    steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(last_ + n));
    return *this;
}

Scenario& Scenario::repeat(std::size_t n, Nanos after) {
    steps_.push_back(last(n));
    steps_.back().after = after;
    return *this;
}

Scenario& Scenario::edit(std::size_t n, const std::function<void(Step&)>& change) {
    change(last(n));
    return *this;
}

Scenario& Scenario::edit_all(const std::function<void(Step&)>& change) {
    for (Step& s : steps_) change(s);
    return *this;
}

Scenario& Scenario::isn(std::uint32_t client, std::uint32_t server) {
    next_ = {client, server};
    return *this;
}

Scenario& Scenario::connection(std::uint16_t client_port, std::uint16_t server_port) {
    client_port_ = client_port;
    server_port_ = server_port;
    return isn(700'000'000 + client_port, 900'000'000 + client_port);
}

Scenario& Scenario::noise(const Packet& frame) {
    const std::array<std::uint32_t, 2> next = next_;
    client({.wrap = [frame](const Packet&, const Wrapping&, Side) { return std::vector<Packet>{frame}; }});
    next_ = next;
    return *this;
}

Scenario& Scenario::wait(Nanos ns) {
    wait_ += ns;
    return *this;
}

Scenario& Scenario::not_under(const std::string& carrier) {
    unfit_.insert(carrier);
    return *this;
}

Frames Scenario::frames(const Wrapping& w) const {
    Frames out;
    Nanos time = kStart;
    std::uint16_t ip_id = 0;
    for (const Step& s : steps_) {
        time += s.after;
        ++ip_id;
        for (const Packet& p : packets_of(s, w, ip_id)) {
            Buffer data = p.bytes();
            const auto on_wire = static_cast<std::uint32_t>(data.size());
            if (s.snap != 0 && s.snap < data.size()) data.resize(s.snap);
            out.push_back({.data = std::move(data), .wire_length = on_wire, .time = time});
        }
    }
    return out;
}

Buffer tls_record(unsigned type, const Buffer& body, unsigned version) {
    return tls::testing::record(type, body, version);
}

Buffer hello(std::string_view host) {
    return tls_record(22, client_hello({.extensions = {sni_extension(host)}}), 0x0301);
}

Buffer hello13(std::string_view host) {
    Hello h{.extensions = {sni_extension(host)}};
    return tls_record(22, client_hello(h.tls13()), 0x0301);
}

Buffer flight12() {
    return tls_record(22, server_hello({}) + certificate({fill(700, 0x30), fill(900, 0x31)}) + server_key_exchange() +
                              server_hello_done());
}

Buffer client_finish12() { return tls_record(22, client_key_exchange()) + finished_record(0xee); }
Buffer server_finish12() { return finished_record(0xdd); }

Buffer flight13() {
    return tls_record(22, server_hello(ServerChoice{}.tls13())) + change_cipher_spec() + application(40) +
           application(2800) + application(280) + application(53);
}

Buffer client_finish13() { return change_cipher_spec() + application(53); }

}  // namespace tlsscope::support
