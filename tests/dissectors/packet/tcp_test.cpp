#include "packet_testing.h"

#include "dissectors/packet/tcp_options.h"

namespace tlsscope::packet {
namespace {

using namespace support;

flow::TcpOptions options_of(const Buffer& options, bool cut = false) {
    flow::TcpOptions out;
    read_tcp_options(options, cut, out);
    return out;
}

TEST(Tcp, header_fields) {
    const Decoded d{tcp({.source_port = 1,
                         .destination_port = 65535,
                         .seq = 0xffffffff,
                         .ack = 0x80000000,
                         .flags = flow::kSyn | flow::kEce | flow::kCwr | flow::kAe,
                         .window = 0x1234,
                         .urgent = 0x4321})
                        .ipv4()
                        .ethernet()};
    const flow::Segment& s = d.segment;
    EXPECT_EQ(s.seq, 0xffffffffU);
    EXPECT_EQ(s.ack, 0x80000000U);
    EXPECT_EQ(s.flags, flow::kSyn | flow::kEce | flow::kCwr | flow::kAe);
    EXPECT_EQ(s.window, 0x1234);
    EXPECT_EQ(s.urgent, 0x4321);
    EXPECT_TRUE(s.payload.empty());
    EXPECT_EQ(s.payload_length, 0U);
    EXPECT_EQ(s.sequence_length(), 1U);
}

TEST(Tcp, both_directions_have_one_key) {
    const Decoded there{tcp({.source_port = 1000, .destination_port = 443})
                            .ipv4({.source = "10.0.0.1", .destination = "10.0.0.2"})
                            .ethernet()};
    const Decoded back{tcp({.source_port = 443, .destination_port = 1000})
                           .ipv4({.source = "10.0.0.2", .destination = "10.0.0.1"})
                           .ethernet()};
    EXPECT_EQ(there.segment.key, back.segment.key);
    EXPECT_NE(there.segment.from_low, back.segment.from_low);
}

/// The decoder builds the key itself, for speed: it must be the one that everybody else would build.
TEST(Tcp, the_key_is_that_of_make_key) {
    const std::string hosts4[] = {"0.0.0.0", "10.0.0.1", "10.0.1.0", "127.255.255.255", "128.0.0.0", "255.255.255.255"};
    const std::string hosts6[] = {"::", "::1", "::1:0:0:0:0", "2001:db8::1", "7fff::", "8000::", "ffff::ffff"};
    const auto endpoint = [](const std::string& host, std::uint16_t port) {
        const Buffer octets = address_bytes(host);
        flow::Endpoint out{{{}, static_cast<std::uint8_t>(octets.size() == 4 ? 4 : 6)}, port};
        std::copy(octets.begin(), octets.end(), out.address.octets.begin());
        return out;
    };
    const auto check = [&](const std::string& from, const std::string& to, const auto& wrap) {
        for (const std::uint16_t port : {std::uint16_t{1}, std::uint16_t{443}, std::uint16_t{0x8000}}) {
            const Decoded d{wrap(tcp({.source_port = port, .destination_port = 443}), from, to)};
            const flow::DirectedKey expected = flow::make_key(endpoint(from, port), endpoint(to, 443), {});
            EXPECT_EQ(d.segment.key, expected.key) << from << ' ' << to;
            EXPECT_EQ(d.segment.from_low, expected.from_low) << from << ' ' << to << ' ' << port;
        }
    };
    for (const std::string& a : hosts4)
        for (const std::string& b : hosts4)
            check(a, b, [](const Packet& p, auto& from, auto& to) {
                return p.ipv4({.source = from, .destination = to}).ethernet();
            });
    for (const std::string& a : hosts6)
        for (const std::string& b : hosts6)
            check(a, b, [](const Packet& p, auto& from, auto& to) {
                return p.ipv6({.source = from, .destination = to}).ethernet();
            });
}

TEST(Tcp, T50_data_offset) {
    for (const int words : {0, 1, 4})
        EXPECT_EQ(decode_text(tcp({.data_offset = static_cast<std::uint8_t>(words)}).ipv4().ethernet()),
                  "undecodable tcp_header");
    EXPECT_EQ(decode_text(tcp({.data_offset = 6}).ipv4().ethernet()), "undecodable tcp_header");
    EXPECT_EQ(decode_text(tcp({.payload = std::string(40, '\1'), .data_offset = 15}).ipv4().ethernet()), "tcp");
}

TEST(Tcp, a_segment_that_is_reused_keeps_nothing_of_the_last_one) {
    Decoder decoder;
    flow::Segment segment;
    const Buffer rich =
        tcp({.options = join({option_mss(1), option_sack_permitted(), option_timestamps(1, 2)}), .payload = "x"})
            .ipv4()
            .vlan(9)
            .ethernet();
    const Buffer plain = tcp({}).ipv6().ethernet();
    decoder.decode(frame_of(rich), segment);
    decoder.decode(frame_of(plain), segment);
    flow::Segment fresh;
    Decoder{}.decode(frame_of(plain), fresh);
    EXPECT_EQ(segment.key, fresh.key);
    EXPECT_FALSE(segment.options.has_mss || segment.options.sack_permitted || segment.options.has_timestamps);
    EXPECT_TRUE(segment.payload.empty() && segment.option_bytes.empty() && segment.encapsulation.empty());
    EXPECT_EQ(segment.ip_id, 0);
}

TEST(Tcp, checksum_can_be_verified) {
    EXPECT_EQ(flow::verify_checksum(Decoded{tcp({.payload = "odd"}).ipv4().ethernet()}.segment), flow::Checksum::good);
    EXPECT_EQ(flow::verify_checksum(Decoded{tcp({.payload = "odd", .checksum = 0x1111}).ipv4().ethernet()}.segment),
              flow::Checksum::bad);
}

TEST(TcpOptions, of_a_handshake) {
    const flow::TcpOptions o = options_of(join({option_mss(1460), option_sack_permitted(),
                                                option_timestamps(0x01020304, 0x05060708), option_window_scale(7)}));
    EXPECT_TRUE(o.has_mss && o.sack_permitted && o.has_timestamps && o.has_window_scale);
    EXPECT_EQ(o.mss, 1460);
    EXPECT_EQ(o.window_scale, 7);
    EXPECT_EQ(o.ts_value, 0x01020304U);
    EXPECT_EQ(o.ts_echo, 0x05060708U);
    EXPECT_FALSE(o.bad || o.has_fast_open || o.has_md5);
}

TEST(TcpOptions, timestamps_alone_and_among_others_are_the_same) {
    const flow::TcpOptions fast = options_of(option_timestamps(1, 2));
    const flow::TcpOptions slow = options_of(join({from_hex("01"), option_timestamps(1, 2)}));
    for (const flow::TcpOptions& o : {fast, slow}) {
        EXPECT_TRUE(o.has_timestamps);
        EXPECT_EQ(o.ts_value, 1U);
        EXPECT_EQ(o.ts_echo, 2U);
        EXPECT_FALSE(o.bad);
    }
}

TEST(TcpOptions, first_sack_block) {
    const flow::TcpOptions o = options_of(from_hex("0101 0512 00000001 00000002 00000003 00000004"));
    EXPECT_EQ(o.sack_blocks, 2);
    EXPECT_EQ(o.sack_left, 1U);
    EXPECT_EQ(o.sack_right, 2U);
    EXPECT_FALSE(o.bad);
}

TEST(TcpOptions, T50_five_sack_blocks_are_too_many) {
    Buffer five = from_hex("052a");
    five.resize(42);
    EXPECT_TRUE(options_of(five).bad);
    EXPECT_EQ(options_of(five).sack_blocks, 0);
}

TEST(TcpOptions, fast_open_of_both_numbers) {
    EXPECT_TRUE(options_of(from_hex("2202")).has_fast_open);
    EXPECT_TRUE(options_of(from_hex("220a 0102030405060708")).has_fast_open);
    EXPECT_TRUE(options_of(from_hex("fe04 f989")).has_fast_open);
    EXPECT_FALSE(options_of(from_hex("fe04 1234")).has_fast_open);
}

TEST(TcpOptions, md5_and_authentication) {
    EXPECT_TRUE(options_of(join({from_hex("1312"), Buffer(16)})).has_md5);
    EXPECT_TRUE(options_of(from_hex("1d10 0102 000000000000000000000000")).has_md5);
}

TEST(TcpOptions, T50_bad_lengths) {
    for (const char* bad : {"0200", "0201", "0204", "02", "020405", "0303", "0804", "0802", "0308 070707070707"})
        EXPECT_TRUE(options_of(from_hex(bad)).bad) << bad;
    // What came before the bad one counts.
    const flow::TcpOptions o = options_of(join({option_mss(1400), from_hex("0300")}));
    EXPECT_TRUE(o.bad && o.has_mss);
}

TEST(TcpOptions, T50_forty_nops_and_repetition) {
    EXPECT_FALSE(options_of(Buffer(40, 1)).bad);
    EXPECT_EQ(options_of(join({option_mss(1), option_mss(2)})).mss, 2);
}

TEST(TcpOptions, behind_the_end_is_padding) { EXPECT_FALSE(options_of(from_hex("00 ff ff ff")).bad); }

TEST(TcpOptions, cut_by_the_capture_is_not_bad) {
    const Buffer whole = join({option_mss(1460), option_window_scale(7), option_timestamps(1, 2)});
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(options_of(Buffer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), true).bad)
            << size;
}

}  // namespace
}  // namespace tlsscope::packet
