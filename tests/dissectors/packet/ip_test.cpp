#include "packet_testing.h"

namespace tlsscope::packet {
namespace {

using namespace support;

const Packet kTcp = tcp({.seq = 5, .payload = "hello"});

TEST(Ipv4, fields_reach_the_segment) {
    const Decoded d{kTcp.ipv4({.source = "192.0.2.9", .destination = "192.0.2.1", .id = 0x1234, .ttl = 57}).ethernet()};
    EXPECT_EQ(d.segment.ip_id, 0x1234);
    EXPECT_EQ(d.segment.ttl, 57);
    EXPECT_FALSE(d.segment.from_low);
    EXPECT_EQ(d.segment.key.low.text(), "192.0.2.1:443");
    EXPECT_EQ(d.segment.key.high.text(), "192.0.2.9:40000");
}

TEST(Ipv4, options_are_skipped) {
    const Decoded d{kTcp.ipv4({.options = from_hex("94040000")}).ethernet()};
    EXPECT_EQ(d.payload(), "hello");
}

TEST(Ipv4, T51_lengths_that_contradict) {
    EXPECT_EQ(decode_text(kTcp.ipv4({.total_length = 19}).ethernet()), "undecodable ipv4_header");
    EXPECT_EQ(decode_text(kTcp.ipv4({.header_words = 4}).ethernet()), "undecodable ipv4_header");
    EXPECT_EQ(decode_text(kTcp.ipv4({.total_length = 30, .header_words = 15}).ethernet()), "undecodable ipv4_header");
    // Room for the IP header and less than a TCP header.
    EXPECT_EQ(decode_text(kTcp.ipv4({.total_length = 39}).ethernet()), "undecodable tcp_header");
}

TEST(Ipv4, T51_length_beyond_what_was_captured) {
    const Decoded d{kTcp.ipv4({.total_length = 1000}).ethernet_unpadded()};
    EXPECT_EQ(d.payload(), "hello");
    EXPECT_EQ(d.segment.payload_length, 960U);
    EXPECT_TRUE(d.segment.tcp.empty());
}

TEST(Ipv4, T52_length_zero_is_the_frames) {
    const std::string large(64'000, 'x');
    const Decoded d{tcp({.payload = large}).ipv4({.total_length = 0}).ethernet()};
    EXPECT_EQ(d.payload(), large);
    EXPECT_EQ(d.segment.payload_length, 64'000U);
}

TEST(Ipv4, other_protocols_have_names) {
    const auto with = [](std::uint8_t protocol) { return decode_text(raw(Buffer(40), protocol).ipv4().ethernet()); };
    EXPECT_EQ(with(1), "other icmp");
    EXPECT_EQ(with(2), "other igmp");
    EXPECT_EQ(with(50), "other esp");
    EXPECT_EQ(with(89), "other ospf");
    EXPECT_EQ(with(132), "other sctp");
    EXPECT_EQ(with(253), "other ip");
    EXPECT_EQ(decode_text(Packet{}.udp({}).ipv4().ethernet()), "other udp");
    EXPECT_EQ(decode_text(Packet{}.udp({.length = 7}).ipv4().ethernet()), "undecodable udp_header");
}

TEST(Ipv4, authentication_header) {
    const Decoded d{kTcp.authentication().ipv4().ethernet()};
    EXPECT_EQ(d.payload(), "hello");
    EXPECT_EQ(flow::verify_checksum(d.segment), flow::Checksum::good);
}

TEST(Ipv6, fields_reach_the_segment) {
    const Decoded d{kTcp.ipv6({.source = "2001:db8::9", .hop_limit = 3}).ethernet()};
    EXPECT_EQ(d.segment.ttl, 3);
    EXPECT_EQ(d.segment.key.high.text(), "[2001:db8::9]:40000");
    EXPECT_EQ(flow::verify_checksum(d.segment), flow::Checksum::good);
}

TEST(Ipv6, extension_headers) {
    const Packet p =
        kTcp.extension(60).authentication(4).extension(135).extension(43).extension(60, Buffer(40)).extension(0);
    const Decoded d{p.ipv6().ethernet()};
    EXPECT_EQ(d.payload(), "hello");
    EXPECT_EQ(flow::verify_checksum(d.segment), flow::Checksum::good);
    EXPECT_EQ(decode_text(raw({}, 59).ipv6().ethernet()), "other no_next_header");
    EXPECT_EQ(decode_text(raw(Buffer(8), 58).extension(0).ipv6().ethernet()), "other icmpv6");
}

TEST(Ipv6, T54_a_hundred_extension_headers_and_one_more) {
    Packet p = kTcp;
    for (int i = 0; i < 100; ++i) p = p.extension(60);
    EXPECT_EQ(decode_text(p.ipv6().ethernet()), "tcp");
    EXPECT_EQ(decode_text(p.extension(60).ipv6().ethernet()), "undecodable ipv6_extensions");
}

TEST(Ipv6, extension_header_beyond_the_packet) {
    Buffer lying = from_hex("06 20 0000 00000000");
    EXPECT_EQ(decode_text(raw(lying, 60).ipv6().ethernet_unpadded()), "undecodable ipv6_extensions");
}

TEST(Ipv6, T54_jumbogram) {
    const std::string large(70'000, 'x');
    const Packet segment = tcp({.payload = large});
    Buffer option = from_hex("c204");
    put(option, segment.size() + 8, 4);
    const Decoded d{segment.extension(0, option).ipv6({.payload_length = 0}).ethernet_unpadded().with_tail(9)};
    EXPECT_EQ(d.segment.payload_length, 70'000U);
    EXPECT_EQ(flow::verify_checksum(d.segment), flow::Checksum::good);
}

TEST(Ipv6, routing_header_names_the_final_destination) {
    const Ipv6 final_hop{.destination = "2001:db8::f"};
    const Packet segment = kTcp.checksummed(final_hop);
    const Buffer address = from_hex("20010db8000000000000000000000 00f");
    const Packet routed = segment.extension(43, join({from_hex("02 01 00000000"), address})).ipv6();
    const Decoded d{routed.ethernet()};
    EXPECT_EQ(d.segment.key, Decoded{kTcp.ipv6(final_hop).ethernet()}.segment.key);
    EXPECT_EQ(flow::verify_checksum(d.segment), flow::Checksum::good);
    // RFC 8754: the last segment is the first in the list.
    const Buffer two = join({from_hex("04 01 01 00 0000"), address, Buffer(16)});
    EXPECT_EQ(Decoded{segment.extension(43, two).ipv6().ethernet()}.segment.key, d.segment.key);
}

TEST(Ipv6, length_zero_without_jumbo_option_is_the_frames) {
    for (const Packet& segment : {kTcp, kTcp.extension(0, from_hex("0502 0000"))})  // router alert
        EXPECT_EQ(Decoded{segment.ipv6({.payload_length = 0}).ethernet_unpadded()}.payload(), "hello");
}

// --- every cut ---

/// The same facts or none, whatever the snapshot length: never others.
void sweep(const Packet& packet, std::uint16_t link_type) {
    const Decoded whole{packet, link_type};
    for (std::size_t snaplen = 0; snaplen < packet.size(); ++snaplen) {
        Decoder decoder;
        flow::Segment segment;
        capture::Frame frame = frame_of(packet, link_type);
        // Bytes behind the cut must not be looked at: the sanitizer guards this copy.
        const Buffer cut{packet.bytes().begin(), packet.bytes().begin() + static_cast<std::ptrdiff_t>(snaplen)};
        frame.data = cut;
        const Outcome outcome = decoder.decode(frame, segment);
        if (outcome.kind != Outcome::Kind::tcp) {
            ASSERT_EQ(text(outcome), "undecodable truncated") << snaplen;
            continue;
        }
        ASSERT_EQ(segment.key, whole.segment.key) << snaplen;
        ASSERT_EQ(segment.seq, whole.segment.seq);
        ASSERT_EQ(segment.ack, whole.segment.ack);
        ASSERT_EQ(segment.flags, whole.segment.flags);
        ASSERT_EQ(segment.payload_length, whole.segment.payload_length);
        ASSERT_EQ(segment.encapsulation, whole.segment.encapsulation);
        ASSERT_FALSE(segment.options.bad);
        ASSERT_TRUE(!segment.options.has_mss || segment.options.mss == whole.segment.options.mss);
        ASSERT_TRUE(std::equal(segment.payload.begin(), segment.payload.end(), whole.segment.payload.begin()));
        ASSERT_TRUE(segment.tcp.empty() || segment.payload.size() == segment.payload_length);
    }
}

TEST(Decoder, every_snaplen_of_every_stack) {
    const Packet segment = tcp({.options = join({option_mss(1460), option_timestamps(1, 2), option_window_scale(7)}),
                                .payload = "some payload"});
    const Packet ip4 = segment.ipv4({.options = from_hex("94040000")});
    const Packet ip6 = segment.extension(60).authentication().extension(0).ipv6();
    sweep(ip4.ethernet_unpadded(), 1);
    sweep(ip6.ethernet_unpadded(), 1);
    sweep(ip4.vlan(1).vlan(2).ethernet_unpadded(), 1);
    sweep(ip6.mpls(3).mpls(4, false).ethernet_unpadded(), 1);
    sweep(ip4.pppoe().ethernet_unpadded(), 1);
    sweep(ip4.llc_snap(), 1);
    sweep(ip4.ethernet_unpadded().vxlan(1).ipv4().ethernet_unpadded(), 1);
    sweep(ip6.geneve(1, Buffer(8)).ipv6().ethernet_unpadded(), 1);
    sweep(ip4.gtp(1, from_hex("0000 00 85  01 0000 00")).ipv4().ethernet_unpadded(), 1);
    sweep(ip4.ethernet_unpadded().gre(7, true, true).ipv4().ethernet_unpadded(), 1);
    sweep(ip6.ipv4().ipv6().ethernet_unpadded(), 1);
    sweep(ip6.udp({.destination_port = 3544}).ipv4().ethernet_unpadded(), 1);
    sweep(
        ip4.ppp().prefixed(from_hex("0002 0001 0002"), 0, 0).udp({.destination_port = 1701}).ipv4().ethernet_unpadded(),
        1);
    sweep(ip4.sll(), 113);
    sweep(ip6.sll2(), 276);
    sweep(ip4.ppp(), 9);
    sweep(ip4.null(2, false), 0);
    sweep(ip4, 101);
}

TEST(Decoder, empty_frame) { EXPECT_EQ(decode_text({}), "undecodable empty_frame"); }

}  // namespace
}  // namespace tlsscope::packet
