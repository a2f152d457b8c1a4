// T38, T39, T49 to T55 of the torture list: checksums, flags, options, lengths, fragments and tags.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/scenario.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;

const std::string kHost = "www.example.com";

Facts whole(Facts more = {}) {
    more.insert({{"sni", kHost}, {"outcome", "complete"}});
    return more;
}

Scenario opened() {
    Scenario s;
    s.handshake();
    return s;
}

/// A handshake with this segment of the client's in front of its ClientHello.
Scenario with_extra(const Part& part) {
    Scenario s = opened();
    s.client(part).client(hello(kHost)).answer().close();
    return s;
}

Ipv4 ipv4_of(Side from) {
    const bool up = from == Side::client;
    return {.source = up ? "10.0.0.1" : "10.0.0.2", .destination = up ? "10.0.0.2" : "10.0.0.1", .id = 77};
}

Ipv6 ipv6_of(Side from) {
    const bool up = from == Side::client;
    return {.source = up ? "2001:db8::1" : "2001:db8::2", .destination = up ? "2001:db8::2" : "2001:db8::1"};
}

TEST(TorturePacket, T38_ADecoyWithAWrongChecksumComesFirst) {
    expect(with_extra({.bytes = hello("decoy.example"), .bad_checksum = true, .forged = true}), whole(), {"bad_cksum"});
}

// The sender leaves its checksums to the network card: they say nothing, and no connection is charged with them.
TEST(TorturePacket, T39_EveryChecksumOfOneSideIsWrong) {
    for (const Side offloading : {Side::client, Side::server}) {
        Scenario s = opened();
        s.client(hello(kHost)).split({30, 30}).reverse().answer().close();
        s.edit_all([&](Step& x) { x.bad_checksum = x.from == offloading; });
        expect(s, whole());
    }
}

TEST(TorturePacket, T39_EveryChecksumIsWrong) {
    Scenario s = opened();
    s.client(hello(kHost)).repeat(0, kSecond).answer().close();
    s.edit_all([](Step& x) { x.bad_checksum = true; });
    expect(s, whole({{"retrans_client", "1"}}), {"handshake_loss"});
}

TEST(TorturePacket, T49_SenselessFlagsMakeNoState) {
    constexpr unsigned kXmas = kTcpFin | kTcpPsh | kTcpUrg;
    for (const unsigned flags :
         std::vector<unsigned>{0U, kXmas, kTcpSyn | kTcpFin, kTcpSyn | kTcpRst, kTcpSyn | kTcpFin | kTcpAck}) {
        SCOPED_TRACE(flags);
        expect(with_extra({.flags = flags, .forged = true}), whole({{"conn_state", "SF"}}), {"bad_flags"});
    }
}

// Alone they are a row, so that the scan is seen, and nothing is said of any state.
TEST(TorturePacket, T49_SenselessFlagsAlone) {
    for (const unsigned flags : std::vector<unsigned>{0U, kTcpSyn | kTcpFin, kTcpSyn | kTcpRst}) {
        Scenario s;
        s.client({.flags = flags});
        expect(s, {{"conn_state", "OTH"}, {"client_state", "CLOSED"}, {"connect_ms", ""}}, {"bad_flags", "one_sided"});
    }
}

TEST(TorturePacket, T50_AnImpossibleDataOffsetIsNoSegment) {
    for (const unsigned words : {0U, 4U, 15U})
        expect(with_extra({.bytes = {}, .data_offset = static_cast<std::uint8_t>(words)}),
               whole({{"conn_state", "SF"}}));
}

TEST(TorturePacket, T50_MalformedOptionsAreNamedAndTheBytesUsed) {
    const auto with_options = [](const Buffer& options) {
        Scenario s = opened();
        s.client({.bytes = hello(kHost), .options = options}).answer().close();
        return s;
    };
    // Length 0, length 1, beyond the header, a fifth SACK block.
    for (const char* bad : {"0800", "0801", "080a0000", "0501", "052a"})
        expect(with_options(from_hex(bad)), whole(), {"opt_bad"});
    expect(with_options(Buffer(40, 1)), whole());
    expect(with_options(join({option_mss(1460), option_mss(536), option_mss(9000)})), whole());
}

TEST(TorturePacket, T50_OfARepeatedMssTheLastCounts) {
    Scenario s;
    s.handshake(join({option_mss(1460), option_mss(536)})).client(hello(kHost)).answer();
    expect(s, whole({{"mss_client", "536"}}));
}

TEST(TorturePacket, T51_WhatTheSnapLengthCutIsAGapBehindTheBytes) {
    Scenario s = opened();
    s.client(hello(kHost)).answer().close();
    s.edit_all([](Step& x) { x.snap = 96; });
    s.not_under("ipv6").not_under("vlan");  // their headers leave less room for the payload
    expect(s, {{"sni", ""}, {"missed_bytes", "0"}, {"conn_state", "SF"}}, {"snap_trunc", "hs_trunc"});
}

// A frame of 60 bytes holds six more than IP says: they are Ethernet's.
TEST(TorturePacket, T51_EthernetPaddingIsNoPayload) {
    Scenario s = opened();
    s.client(hello(kHost)).answer();
    for (int i = 0; i < 3; ++i) s.client_ack();
    s.close();
    ASSERT_EQ(s.frames().back().data.size(), 60U);
    expect(s, whole({{"bytes_client", std::to_string(hello(kHost).size() + client_finish12().size())}}));
}

TEST(TorturePacket, T51_AnIpLengthBelowItsHeaderIsMalformed) {
    Scenario s = with_extra({.bytes = hello("decoy.example"), .forged = true});
    s.edit_at(3, [](Step& x) {
        x.wrap = [](const Packet& segment, const Wrapping&, Side from) -> std::vector<Packet> {
            Ipv4 header = ipv4_of(from);
            header.total_length = 12;
            return {segment.ipv4(header).ethernet()};
        };
    });
    expect(s, whole({{"packets_client", "6"}}));
}

TEST(TorturePacket, T52_ALargeFrameFromOffloading) {
    Scenario s = opened();
    s.client(hello(kHost)).server(flight12()).client(client_finish12());
    Buffer rest = server_finish12();
    for (int i = 0; i < 7; ++i) rest = rest + tls::testing::application(9000);
    s.server({.bytes = rest});
    s.edit(0, [](Step& x) {
        x.wrap = [](const Packet& segment, const Wrapping& w, Side from) -> std::vector<Packet> {
            Ipv4 v4 = ipv4_of(from);
            v4.total_length = 0;
            Ipv6 v6 = ipv6_of(from);
            v6.payload_length = 0;
            const Packet ip = w.six ? segment.ipv6(v6) : segment.ipv4(v4);
            return {w.vlan ? ip.vlan(*w.vlan).ethernet() : ip.ethernet()};
        };
    });
    s.client_ack().close();
    expect(s, whole({{"bytes_server", std::to_string(flight12().size() + rest.size())}, {"missed_bytes", "0"}}));
}

/// The segment in IP fragments of 40 bytes, in this order.
std::function<std::vector<Packet>(const Packet&, const Wrapping&, Side)> fragmented(bool reversed) {
    return [=](const Packet& segment, const Wrapping& w, Side from) {
        constexpr std::size_t kSize = 40;
        const Packet sum = w.six ? segment.checksummed(ipv6_of(from)) : segment.checksummed(ipv4_of(from));
        std::vector<Packet> out;
        for (std::size_t at = 0; at < sum.size(); at += kSize) {
            const bool more = at + kSize < sum.size();
            const Packet part = sum.slice(at, std::min(kSize, sum.size() - at));
            Ipv4 v4 = ipv4_of(from);
            v4.more_fragments = more;
            v4.fragment_offset = static_cast<std::uint16_t>(at);
            const Packet ip =
                w.six ? part.ipv6_fragment(v4.fragment_offset, more, 77).ipv6(ipv6_of(from)) : part.ipv4(v4);
            out.push_back(w.vlan ? ip.vlan(*w.vlan).ethernet() : ip.ethernet());
        }
        if (reversed) std::reverse(out.begin(), out.end());
        return out;
    };
}

// Overlaps, the time-out and the limits: tests/dissectors/packet/defragment_test.cpp.
TEST(TorturePacket, T53_TheHelloInIpFragments) {
    for (const bool reversed : {false, true}) {
        Scenario s = opened();
        s.client({.bytes = hello(kHost), .wrap = fragmented(reversed)}).answer().close();
        expect(s, whole({{"retrans_client", "0"}, {"missed_bytes", "0"}}));
    }
}

TEST(TorturePacket, T53_AFragmentThatNeverComes) {
    Scenario s = opened();
    s.client({.bytes = hello("lost.example"),
              .forged = true,
              .wrap = [whole = fragmented(false)](const Packet& segment, const Wrapping& w, Side from) {
                  std::vector<Packet> parts = whole(segment, w, from);
                  parts.erase(parts.begin() + 1);
                  return parts;
              }});
    s.client({.bytes = hello(kHost), .after = 40 * kSecond}).answer().close();
    expect(s, whole({{"missed_bytes", "0"}}));
}

// Jumbograms: tests/dissectors/packet/ip_test.cpp.
TEST(TorturePacket, T54_AHundredExtensionHeaders) {
    Scenario s = with_extra({.bytes = hello("hidden.example"), .forged = true});
    s.edit_at(3, [](Step& x) {
        x.wrap = [](const Packet& segment, const Wrapping&, Side from) -> std::vector<Packet> {
            Packet p = segment.checksummed(ipv6_of(from));
            for (int i = 0; i < 101; ++i) p = p.extension(60);
            return {p.ipv6(ipv6_of(from)).ethernet()};
        };
    });
    expect(s, whole());
}

TEST(TorturePacket, T55_TheSamePortsOnTwoVlansAreTwoConnections) {
    Scenario s;
    for (const std::uint16_t vlan : {std::uint16_t{10}, std::uint16_t{20}}) {
        Scenario one;
        one.connection().handshake().client(hello(std::to_string(vlan) + ".example")).answer().close();
        one.edit_all([&](Step& x) { x.vlan = vlan; });
        s.interleave(one);
    }
    expect(s, {{{{"sni", "10.example"}, {"outcome", "complete"}}, {}},
               {{{"sni", "20.example"}, {"outcome", "complete"}}, {}}});
}

TEST(TorturePacket, T55_IgnoringVlansJoinsWhatEachDirectionIsTaggedWith) {
    Scenario s = with_extra({});
    s.edit_all([](Step& x) { x.vlan = static_cast<std::uint16_t>(x.from == Side::client ? 10 : 20); });
    AnalysisOptions options;
    options.ignore_vlan = true;
    const Analyzed joined = analyze_frames(s.frames(), options);
    ASSERT_EQ(joined.records.size(), 1U);
    EXPECT_EQ(cell(joined.records[0], "sni"), kHost);
    EXPECT_EQ(cell(joined.records[0], "outcome"), "complete");
}

}  // namespace
}  // namespace tlsscope::pipeline
