// Conversations for the whole engine, a line or two each, and what must be said of them:
//
//     Scenario s;
//     s.handshake().client(hello("www.example.com")).split({1, 2, 3}).order({3, 0, 1, 2}).server(flight12()).close();
//     expect(s, {{"sni", "www.example.com"}, {"out_of_order", "3"}});             // and no anomaly
//     expect(s, {{"sni", "www.example.com"}}, {"overlap_conflict"});              // exactly this one
//     expect(s, {{{{"sni", "a"}}, {}}, {{{"sni", "b"}}, {"syn_diff_seq"}}});      // two connections
//
// Real frames are made of it, 1 ms apart, for each of a number of carriers: file formats, IPv6, VLAN, threads, ways of
// keeping half-open connections. The facts must be the same under each of them.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/capture_builder.h"
#include "support/facts.h"
#include "support/packet_builder.h"
#include "support/tls_messages.h"

namespace tlsscope::support {

using record::Side;
using tls::testing::operator+;

/// How a segment is wrapped on its way into a frame.
struct Wrapping {
    bool six = false;
    std::optional<std::uint16_t> vlan = {};
};

/// A segment, in terms of what the sides have said so far.
struct Part {
    Buffer bytes = {};
    unsigned flags = kTcpAck;
    std::int64_t at = 0;   ///< places away from the next byte of this side; what is elsewhere does not count as sent
    std::int64_t ack = 0;  ///< places away from what the other side has sent
    Nanos after = kMillisecond;  ///< the packet before
    std::uint16_t window = 65535;
    std::uint16_t urgent = 0;
    Buffer options = {};
    bool bad_checksum = false;
    bool forged = false;  ///< by somebody else: does not count as sent
    std::optional<std::uint8_t> data_offset = {};
    std::uint8_t ttl = 64;
    std::optional<std::uint16_t> ip_id = {};  ///< else another one each time
    std::size_t snap = 0;                     ///< the capture kept so many bytes of the frame; 0: all
    std::optional<std::uint16_t> vlan = {};
    /// Makes other frames of the segment than one IP packet: fragments, lying headers.
    std::function<std::vector<Packet>(const Packet& segment, const Wrapping& w, Side from)> wrap = {};
};

/// The segment in an IP packet between the scenario's hosts, which a Part's own wrapping may go on with.
Packet in_ip(const Packet& segment, const Wrapping& w, Side from);

/// A Part with its numbers.
struct Step : Part {
    Side from = Side::client;
    std::uint32_t seq = 0;
    std::uint32_t ack_number = 0;
    std::uint16_t client_port = 40000, server_port = 443;
    bool turned = false;  ///< the client has the server's address
};

/// Everything below changes what comes, or the segments of the last client() or server().
class Scenario {
  public:
    Scenario& client(Part part) { return send(Side::client, std::move(part)); }
    Scenario& server(Part part) { return send(Side::server, std::move(part)); }
    /// Bytes in one segment.
    template <std::same_as<Buffer> Bytes>
    Scenario& client(const Bytes& bytes) {
        return client(Part{.bytes = bytes});
    }
    template <std::same_as<Buffer> Bytes>
    Scenario& server(const Bytes& bytes) {
        return server(Part{.bytes = bytes});
    }
    /// SYN, SYN/ACK, ACK, with these options on the first two.
    Scenario& handshake(const Buffer& options = {});
    /// Pure acknowledgments of all that was sent.
    Scenario& client_ack() { return client(Part{}); }
    Scenario& server_ack() { return server(Part{}); }
    /// The rest of a TLS 1.2 handshake after the ClientHello.
    Scenario& answer();
    /// The four-way close, begun by the client.
    Scenario& close();

    /// Cuts the last send into segments of these sizes; the last one takes the rest.
    Scenario& split(const std::vector<std::size_t>& sizes);
    /// Cuts it into segments of n bytes.
    Scenario& each(std::size_t n);
    /// Puts its segments in this order.
    Scenario& order(const std::vector<std::size_t>& indices);
    Scenario& reverse();
    Scenario& shuffle(std::uint64_t seed);
    /// Leaves its segment n out: lost before the capture point.
    Scenario& drop(std::size_t n);
    /// Sends its segment n again, at the end, so much later.
    Scenario& repeat(std::size_t n, Nanos after = kMillisecond);
    /// Changes its segment n.
    Scenario& edit(std::size_t n, const std::function<void(Step&)>& change);
    /// Changes segment n of all.
    Scenario& edit_at(std::size_t n, const std::function<void(Step&)>& change);
    /// Changes every segment so far.
    Scenario& edit_all(const std::function<void(Step&)>& change);
    /// Every segment twice, 10 us apart, as a mirror port of both directions gives it.
    Scenario& twice();
    /// Leaves out what the other side sent: a capture of one direction.
    Scenario& keep(Side from);
    /// Leaves out all but the first n segments.
    Scenario& keep_first(std::size_t n);

    /// The first sequence numbers of what comes; call before handshake().
    Scenario& isn(std::uint32_t client, std::uint32_t server);
    /// Another connection begins: these ports, and nothing said yet.
    Scenario& connection(std::uint16_t client_port = 40000, std::uint16_t server_port = 443);
    /// From here on the client has the server's address and the other way round.
    Scenario& turned_round();
    /// Another scenario's segments, in turn with those of this one.
    Scenario& interleave(const Scenario& other);
    /// Another packet before the next segment: noise. The same for every carrier.
    Scenario& noise(const Packet& frame);
    Scenario& wait(Nanos ns);

    /// Where the facts must not be compared, by name of the carrier ("ipv6", "vlan"), and why in a comment.
    Scenario& not_under(const std::string& carrier);
    bool fits(const std::string& carrier) const { return !unfit_.contains(carrier); }

    Frames frames(const Wrapping& w = {}) const;
    const std::vector<Step>& steps() const { return steps_; }
    /// Segments of the last client() or server(), which split() and its like may change.
    std::size_t last_segments() const { return steps_.size() - std::min(last_, steps_.size()); }

  private:
    Scenario& send(Side from, Part part);
    Step& last(std::size_t n) { return steps_.at(last_ + n); }

    std::vector<Step> steps_;
    std::size_t last_ = 0;  ///< where the last send begins
    std::array<std::uint32_t, 2> next_ = {1000, 5000};
    std::uint16_t client_port_ = 40000, server_port_ = 443;
    Nanos wait_ = 0;
    bool turned_ = false;
    std::set<std::string> unfit_;
};

/// What tls_messages.h calls record(), which is a namespace here.
Buffer tls_record(unsigned type, const Buffer& body, unsigned version = 0x0303);
/// A ClientHello in its record, for TLS 1.2.
Buffer hello(std::string_view host);
/// The same with a TLS 1.3 client's extensions.
Buffer hello13(std::string_view host);
/// ServerHello to ServerHelloDone, and what the sides send then.
Buffer flight12();
Buffer client_finish12();
Buffer server_finish12();
/// ServerHello to the server's Finished; the client's Finished.
Buffer flight13();
Buffer client_finish13();

/// One connection as it must be reported: cells by column ("" is an empty one), and exactly these anomalies.
struct Expected {
    Facts cells;
    std::set<std::string> anomalies;
};

/// Plays a scenario under every carrier. The connections are these, in order, the same each time; every account
/// balances.
void expect(const Scenario& s, const std::vector<Expected>& connections);
/// Of exactly one connection.
void expect(const Scenario& s, const Facts& cells, const std::set<std::string>& anomalies = {});

}  // namespace tlsscope::support
