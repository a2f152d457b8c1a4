#include "packet_testing.h"

namespace tlsscope::packet {
namespace {

using namespace support;

const Packet kTcp = tcp({.source_port = 40000, .destination_port = 443, .seq = 5, .payload = "hello"});
const Packet kIpv4 = kTcp.ipv4();
const Packet kIpv6 = kTcp.ipv6();

/// The packet is found, whole, with a checksum that holds, and wrapped like this.
void expect_found(const Buffer& data, const std::string& encapsulation, std::uint16_t link_type = kEthernetLink) {
    const Decoded d{data, link_type};
    EXPECT_EQ(d.payload(), "hello");
    EXPECT_EQ(d.segment.seq, 5U);
    EXPECT_EQ(d.segment.payload_length, 5U);
    EXPECT_EQ(d.segment.encapsulation, encapsulation);
    EXPECT_EQ(flow::verify_checksum(d.segment), flow::Checksum::good);
    EXPECT_EQ(d.segment.at.frame, 7U);
}

TEST(Ethernet, padding_is_no_payload) {
    expect_found(kIpv4.ethernet(), "");
    expect_found(kIpv4.ethernet_unpadded().with_tail(200), "");
    expect_found(kIpv6.ethernet_unpadded().with_tail(200), "");
}

TEST(Ethernet, frame_check_sequence_is_stripped) {
    Decoder decoder;
    flow::Segment segment;
    // Total length 0: the frame's length counts, so a checksum left on would become payload.
    const Buffer data = kTcp.ipv4({.total_length = 0}).ethernet_unpadded().with_tail(4);
    capture::Frame frame = frame_of(data);
    frame.fcs_length = 4;
    EXPECT_EQ(text(decoder.decode(frame, segment)), "tcp");
    EXPECT_EQ(bytes::as_text(segment.payload), "hello");
    // Cut by the capture: the check sequence was the first to go.
    frame.data = frame.data.first(data.size() - 3);
    EXPECT_EQ(text(decoder.decode(frame, segment)), "tcp");
    EXPECT_EQ(bytes::as_text(segment.payload), "hello");
}

TEST(Ethernet, llc_and_snap) { expect_found(kIpv4.llc_snap(), ""); }

TEST(Ethernet, llc_with_ip) {
    const Packet llc = kIpv4.prefixed(from_hex("060603"), 0, 0);
    expect_found(llc.prefixed({}, 0, static_cast<std::uint16_t>(llc.size())).ethernet(), "");
}

TEST(Ethernet, llc_without_ip) {
    EXPECT_EQ(decode_text(raw(from_hex("0180c2000000 020000000001 0026 42 42 03 0000000000"), 0)), "other llc");
}

TEST(Ethernet, other_types) {
    const auto with_type = [](std::uint16_t type) { return Packet{Buffer(46), 0, type}.ethernet(); };
    EXPECT_EQ(decode_text(with_type(0x0806)), "other arp");
    EXPECT_EQ(decode_text(with_type(0x88cc)), "other lldp");
    EXPECT_EQ(decode_text(with_type(0x888e)), "other eapol");
    EXPECT_EQ(decode_text(with_type(0x8863)), "other pppoe_discovery");
    EXPECT_EQ(decode_text(with_type(0x88f7)), "other ethertype");
}

TEST(Vlan, tags_are_told_outermost_first) {
    expect_found(kIpv4.vlan(10).ethernet(), "vlan 10");
    expect_found(kIpv4.vlan(10).vlan(20, 0x88a8).ethernet(), "vlan 20/vlan 10");
    expect_found(kIpv4.vlan(4095, 0x9100).ethernet(), "vlan 4095");
}

TEST(Vlan, priority_tags_are_no_vlan) {
    expect_found(kIpv4.vlan(0).ethernet(), "");
    EXPECT_EQ(Decoded{kIpv4.vlan(0).ethernet()}.segment.key, Decoded{kIpv4.ethernet()}.segment.key);
}

TEST(Vlan, T55_ids_keep_flows_apart_unless_ignored) {
    const Decoded ten{kIpv4.vlan(10).ethernet()};
    const Decoded twenty{kIpv4.vlan(20).ethernet()};
    const Decoded ten_in_twenty{kIpv4.vlan(10).vlan(20).ethernet()};
    const Decoded twenty_in_ten{kIpv4.vlan(20).vlan(10).ethernet()};
    EXPECT_NE(ten.segment.key, twenty.segment.key);
    EXPECT_NE(ten_in_twenty.segment.key, twenty_in_ten.segment.key);
    EXPECT_EQ(ten.segment.key, Decoded{kIpv4.vlan(10).ethernet()}.segment.key);

    const DecoderOptions ignore{.ignore_vlan = true};
    EXPECT_EQ((Decoded{kIpv4.vlan(10).ethernet(), kEthernetLink, ignore}.segment.key),
              (Decoded{kIpv4.vlan(20).ethernet(), kEthernetLink, ignore}.segment.key));
    EXPECT_NE((Decoded{kIpv4.ethernet().vxlan(1).ipv4().vlan(10).ethernet(), kEthernetLink, ignore}.segment.key),
              (Decoded{kIpv4.ethernet().vxlan(2).ipv4().vlan(10).ethernet(), kEthernetLink, ignore}.segment.key));
}

TEST(Mpls, labels_and_what_they_carry) {
    expect_found(kIpv4.mpls(16).ethernet(), "mpls");
    expect_found(kIpv6.mpls(17).mpls(16, false).ethernet(), "mpls");
    expect_found(kIpv4.ethernet().mpls(16).ethernet(), "mpls");
    const Packet control_word = kIpv4.ethernet().prefixed(Buffer(4), 0, 0).mpls(16);
    expect_found(control_word.ethernet(), "mpls");
    // A pseudowire whose first address byte looks like IPv4.
    Buffer inner = kIpv4.ethernet();
    inner[0] = 0x44;
    expect_found(Packet{inner}.mpls(16).ethernet(), "mpls");
    EXPECT_EQ(Decoded{kIpv4.mpls(16).ethernet()}.segment.key, Decoded{kIpv4.mpls(99).ethernet()}.segment.key);
}

TEST(Mpls, endless_labels) {
    Packet p = kIpv4.mpls(16);
    for (int i = 0; i < 40; ++i) p = p.mpls(16, false);
    EXPECT_EQ(decode_text(p.ethernet()), "undecodable mpls_header");
}

TEST(Pppoe, sessions) {
    expect_found(kIpv4.pppoe(7).ethernet(), "pppoe 7");
    expect_found(kIpv6.pppoe(7).vlan(3).ethernet(), "vlan 3/pppoe 7");
    EXPECT_NE(Decoded{kIpv4.pppoe(7).ethernet()}.segment.key, Decoded{kIpv4.pppoe(8).ethernet()}.segment.key);
}

TEST(LinkTypes, all_that_carry_ip) {
    expect_found(kIpv4.ppp(), "", 9);
    expect_found(kIpv6.ppp(false), "", 50);
    expect_found(kIpv4.vlan(5).ethernet().prefixed(from_hex("ff03 0031 00 01"), 0, 0), "vlan 5",
                 9);  // bridged: RFC 3518
    expect_found(kIpv4.sll(), "", 113);
    expect_found(kIpv6.sll2(), "", 276);
    expect_found(kIpv4.vlan(5).sll(), "vlan 5", 113);
    // Of a GRE interface.
    expect_found(kIpv4.prefixed(from_hex("0000 030a 0000 0000000000000000 0800"), 0, 0), "", 113);
    for (const bool big_endian : {false, true}) {
        expect_found(kIpv4.null(2, big_endian), "", 0);
        expect_found(kIpv4.null(2, big_endian), "", 108);
        for (const std::uint32_t family : {10U, 24U, 28U, 30U}) expect_found(kIpv6.null(family, big_endian), "", 0);
    }
    for (const std::uint16_t raw_link : {std::uint16_t{12}, std::uint16_t{14}, std::uint16_t{101}}) {
        expect_found(kIpv4, "", raw_link);
        expect_found(kIpv6, "", raw_link);
    }
    expect_found(kIpv4, "", 228);
    expect_found(kIpv6, "", 229);
    expect_found(kIpv4.prefixed(from_hex("0f000800"), 0, 0), "", 104);
    expect_found(kIpv4.prefixed(from_hex("184103cc"), 0, 0), "", 107);
    expect_found(kIpv4.prefixed(from_hex("18410300800000000800"), 0, 0), "", 107);
    expect_found(kIpv4.prefixed(from_hex("18410800"), 0, 0), "", 107);
}

TEST(LinkTypes, supported_means_decodable) {
    for (std::uint32_t t = 0; t <= 0xffff; ++t) {
        const auto link_type = static_cast<std::uint16_t>(t);
        const bool unknown = decode_text(kIpv4, link_type) == "undecodable unknown_link_type";
        ASSERT_EQ(supports_link_type(link_type), !unknown) << t;
    }
}

TEST(Wifi, data_frames) {
    const Buffer header = from_hex("0801 0000 020000000001 020000000002 020000000003 0000");
    const Buffer qos = from_hex("8801 0000 020000000001 020000000002 020000000003 0000 0000");
    const Packet llc = kIpv4.prefixed(from_hex("aaaa030000000800"), 0, 0);
    expect_found(llc.prefixed(header, 0, 0), "", 105);
    expect_found(llc.prefixed(qos, 0, 0), "", 105);
    const Packet in_the_air = llc.prefixed(header, 0, 0);
    expect_found(in_the_air.prefixed(from_hex("0000 0800 00000000"), 0, 0), "", 127);
    // Radiotap's flags say that a frame check sequence is at the end.
    const Packet open_length = kTcp.ipv4({.total_length = 0}).prefixed(from_hex("aaaa030000000800"), 0, 0);
    const Packet with_fcs = open_length.prefixed(header, 0, 0).with_tail(4);
    expect_found(with_fcs.prefixed(from_hex("0000 0900 02000000 10"), 0, 0), "", 127);
    expect_found(with_fcs.prefixed(from_hex("0000 1100 03000000 0000000000000000 10"), 0, 0), "", 127);
    Buffer encrypted = header;
    encrypted[1] |= 0x40;
    EXPECT_EQ(decode_text(llc.prefixed(encrypted, 0, 0), 105), "other wifi_encrypted");
    EXPECT_EQ(decode_text(from_hex("d400 0000 020000000001"), 105), "other wifi_management");
}

TEST(Ip, in_ip) {
    expect_found(kIpv4.ipv4({.source = "192.0.2.1"}).ethernet(), "ipip");
    expect_found(kIpv6.ipv4().ethernet(), "6in4");
    expect_found(kIpv4.ipv6().ethernet(), "4in6");
    expect_found(kIpv6.ipv6().ethernet(), "6in6");
    // Whose tunnel it was is not part of the key.
    EXPECT_EQ(Decoded{kIpv4.ipv4({.source = "192.0.2.1"}).ethernet()}.segment.key,
              Decoded{kIpv4.ethernet()}.segment.key);
}

TEST(Ip, other_layers_in_ip) {
    expect_found(kIpv4.mpls(16).prefixed({}, 137, 0).ipv4().ethernet(), "mpls");  // RFC 4023
    expect_found(kIpv4.vlan(3).ethernet_unpadded().ipv6().ethernet(), "vlan 3");  // RFC 8986
}

TEST(Ip, nesting_is_bounded) {
    Packet p = kIpv4;
    for (int i = 0; i < 100; ++i) p = p.ipv4();
    EXPECT_EQ(decode_text(p.ethernet()), "undecodable too_many_layers");
}

TEST(Gre, with_every_combination_of_fields) {
    for (const bool checksum : {false, true})
        for (const bool sequence : {false, true}) {
            expect_found(kIpv4.gre({}, checksum, sequence).ipv4().ethernet(), "gre");
            expect_found(kIpv6.gre(7, checksum, sequence).ipv4().ethernet(), "gre 7");
            expect_found(kIpv4.ethernet().gre(4'000'000'000, checksum, sequence).ipv6().ethernet(), "gre 4000000000");
        }
    EXPECT_NE(Decoded{kIpv4.gre(1).ipv4().ethernet()}.segment.key, Decoded{kIpv4.gre(2).ipv4().ethernet()}.segment.key);
}

TEST(Gre, routing_entries_are_skipped) {
    const Buffer header = from_hex("4000 0800 00000000  0800 00 04 01020304  0000 00 00");
    expect_found(kIpv4.prefixed(header, 47, 0).ipv4().ethernet(), "gre");
}

TEST(Gre, endless_routing_entries) {
    Buffer header = from_hex("4000 0800 00000000");
    for (int i = 0; i < 17; ++i) put(header, from_hex("0800 00 00"));
    EXPECT_EQ(decode_text(kIpv4.prefixed(header, 47, 0).ipv4().ethernet()), "undecodable gre_header");
}

TEST(Gre, other_payloads) {
    EXPECT_EQ(decode_text(raw(from_hex("0000 0806 0001080006040001"), 47).ipv4().ethernet()), "other gre");
}

TEST(Gre, pptp) {
    Buffer header = from_hex("3081 880b 0000 1234 00000001 00000002");
    const Packet inner = kIpv4.ppp();
    header[4] = static_cast<std::uint8_t>(inner.size() >> 8);
    header[5] = static_cast<std::uint8_t>(inner.size());
    expect_found(inner.prefixed(header, 47, 0).ipv4().ethernet(), "pptp");
    EXPECT_EQ(decode_text(raw(from_hex("2081 880b 0000 1234 00000002"), 47).ipv4().ethernet()), "other gre");
}

TEST(Gre, erspan) {
    const Packet inner = kIpv4.ethernet();
    expect_found(inner.prefixed(from_hex("1000 88be 00000001  1001 0005 00000000"), 47, 0).ipv4().ethernet(),
                 "erspan 5");
    expect_found(inner.prefixed(from_hex("0000 88be"), 47, 0).ipv4().ethernet(), "");
    expect_found(inner.prefixed(from_hex("1000 22eb 00000001  2001 0006 00000000 00000000"), 47, 0).ipv4().ethernet(),
                 "erspan 6");
    expect_found(inner.prefixed(from_hex("1000 22eb 00000001  2001 0006 00000000 00000001 0000000000000000"), 47, 0)
                     .ipv4()
                     .ethernet(),
                 "erspan 6");
}

TEST(Ethernet, erspan_without_gre) {
    const Packet inner = kIpv4.ethernet();
    expect_found(inner.prefixed(from_hex("2001 0006 00000000 00000000"), 0, 0x22eb).ethernet(), "erspan 6");
}

TEST(Gre, wccp) {
    expect_found(kIpv4.prefixed(from_hex("0000 883e 00000000"), 47, 0).ipv4().ethernet(), "gre");
    expect_found(kIpv4.prefixed(from_hex("0000 883e"), 47, 0).ipv4().ethernet(), "gre");
}

TEST(Ethernet, fabric_path) {
    expect_found(kIpv4.vlan(7).ethernet().prefixed(from_hex("020000000009 020000000008 8903 0060"), 0, 0), "vlan 7");
}

TEST(Tunnels, vxlan_by_either_port) {
    expect_found(kIpv4.ethernet().vxlan(42).ipv4().ethernet(), "vxlan 42");
    expect_found(kIpv4.vlan(10).ethernet().vxlan(0xffffff).ipv6().vlan(3).ethernet(), "vlan 3/vxlan 16777215/vlan 10");
    const Packet answer = kIpv4.ethernet().prefixed(from_hex("0800000000002a00"), 0, 0);
    expect_found(answer.udp({.source_port = 4789, .destination_port = 55555}).ipv4().ethernet(), "vxlan 42");
}

TEST(Tunnels, geneve) {
    expect_found(kIpv4.ethernet_unpadded().geneve(42).ipv4().ethernet(), "geneve 42");
    expect_found(kIpv4.ethernet_unpadded().geneve(42, from_hex("0102 80 01 00000000")).ipv4().ethernet(), "geneve 42");
    expect_found(kIpv6.geneve(1).ipv4().ethernet(), "geneve 1");
}

TEST(Tunnels, gtp_endpoints_are_text_only) {
    expect_found(kIpv4.gtp(0x1234).ipv4().ethernet(), "gtp-u 4660");
    // Sequence number and a chain of two extension headers.
    expect_found(kIpv4.gtp(1, from_hex("0000 00 85  01 0000 c0  01 0000 00")).ipv4().ethernet(), "gtp-u 1");
    EXPECT_EQ(Decoded{kIpv4.gtp(1).ipv4().ethernet()}.segment.key, Decoded{kIpv4.gtp(2).ipv4().ethernet()}.segment.key);
}

TEST(Tunnels, teredo) {
    const Udp ports{.source_port = 50000, .destination_port = 3544};
    expect_found(kIpv6.udp(ports).ipv4().ethernet(), "teredo");
    expect_found(kIpv6.prefixed(from_hex("0000 ea5f f5fffffe"), 0, 0).udp(ports).ipv4().ethernet(), "teredo");
    expect_found(kIpv6.prefixed(from_hex("0001 00 00 0102030405060708 00"), 0, 0).udp(ports).ipv4().ethernet(),
                 "teredo");
}

TEST(Tunnels, teredo_with_an_unknown_indication) {
    const Udp ports{.source_port = 50000, .destination_port = 3544};
    const Packet unknown = kIpv6.prefixed(from_hex("0002 ea5f f5fffffe"), 0, 0);
    EXPECT_EQ(decode_text(unknown.udp(ports).ipv4().ethernet()), "other udp");
}

TEST(Tunnels, l2tp) {
    const Udp ports{.source_port = 1701, .destination_port = 1701};
    expect_found(kIpv4.ppp().prefixed(from_hex("0002 0001 0002"), 0, 0).udp(ports).ipv4().ethernet(), "l2tp");
    expect_found(
        kIpv4.ppp().prefixed(from_hex("4a02 0000 0001 0002 0000 0000 0002 0000"), 0, 0).udp(ports).ipv4().ethernet(),
        "l2tp");
    EXPECT_EQ(decode_text(raw(from_hex("c802 000c 0000 0000 0000 0000"), 0).udp(ports).ipv4().ethernet()), "other udp");
}

TEST(Tunnels, capwap) {
    const Packet llc = kIpv4.prefixed(from_hex("aaaa030000000800"), 0, 0);
    const Buffer addresses = from_hex("0000 020000000001 020000000002 020000000003 0000");
    const Udp ports{.source_port = 41264, .destination_port = 5247};
    const Buffer native = from_hex("00 200320 0000 0000 04bf2300 00000000");
    for (const char* frame_control : {"0811", "1108"}) {
        const Packet frame = llc.prefixed(addresses, 0, 0).prefixed(from_hex(frame_control), 0, 0);
        expect_found(frame.prefixed(native, 0, 0).udp(ports).ipv4().ethernet(), "capwap");
    }
    const Packet bridged = kIpv4.ethernet_unpadded().prefixed(from_hex("00 100200 0000 0000"), 0, 0);
    expect_found(bridged.udp(ports).ipv4().ethernet(), "capwap");
    EXPECT_EQ(decode_text(raw(from_hex("01000000 16fefd00 00000000"), 0).udp(ports).ipv4().ethernet()), "other udp");
    const Buffer keep_alive = from_hex("00 100208 0000 0000 0016 0023 0010 0000");
    EXPECT_EQ(decode_text(raw(keep_alive, 0).udp(ports).ipv4().ethernet()), "other udp");
}

TEST(Tunnels, what_does_not_fit_is_plain_udp) {
    for (const std::uint16_t port :
         {std::uint16_t{1701}, std::uint16_t{2152}, std::uint16_t{3544}, std::uint16_t{4789}, std::uint16_t{6081}})
        for (const int fill : {0x00, 0x08, 0x30, 0x45, 0x60, 0xff}) {
            const Packet p =
                raw(Buffer(60, static_cast<std::uint8_t>(fill)), 0).udp({.destination_port = port}).ipv4().ethernet();
            const std::string what = decode_text(p);
            // VXLAN of 0x08 bytes is a well-formed frame of an unknown type.
            EXPECT_TRUE(what == "other udp" || what == "other ethertype" || what == "other llc") << port << ' ' << what;
        }
    EXPECT_EQ(decode_text(raw({}, 0).udp({.destination_port = 4789}).ipv4().ethernet()), "other udp");
}

TEST(Encapsulation, texts_are_made_once) {
    Decoder decoder;
    flow::Segment first, second;
    const Buffer data = kIpv4.ethernet().vxlan(42).ipv4().ethernet();
    decoder.decode(frame_of(data), first);
    decoder.decode(frame_of(data), second);
    EXPECT_EQ(first.encapsulation.data(), second.encapsulation.data());
}

TEST(Encapsulation, memory_for_texts_is_bounded) {
    EncapsulationNames names;
    const auto gtp = [&](std::uint32_t teid) {
        const Wrapping w{Envelope::gtp_u, true, teid};
        return names.text({&w, 1});
    };
    const std::string_view first = gtp(0);
    for (std::uint32_t teid = 1; teid < 65'536; ++teid) ASSERT_EQ(gtp(teid), "gtp-u " + std::to_string(teid));
    EXPECT_EQ(gtp(70'000), "gtp-u");
    EXPECT_EQ(gtp(70'001), "gtp-u");
    EXPECT_EQ(gtp(0).data(), first.data());
}

}  // namespace
}  // namespace tlsscope::packet
