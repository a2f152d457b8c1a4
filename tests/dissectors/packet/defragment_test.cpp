#include <algorithm>
#include <map>
#include <random>

#include "packet_testing.h"

namespace tlsscope::packet {
namespace {

using namespace support;

constexpr record::Nanos kSecond = 1'000'000'000;
const std::string kPayload(100, 'p');

/// A decoder that is fed frames and remembers the last segment.
struct Feed {
    Decoder decoder;
    flow::Segment segment;
    Outcome outcome;
    std::uint64_t number = 0;
    Buffer last;  ///< the segment's views may be of this
    std::string operator()(const Buffer& packet, record::Nanos time = 0, std::size_t cut = 0) {
        last = packet;
        capture::Frame frame = frame_of(last);
        frame.data = frame.data.first(frame.data.size() - cut);
        frame.number = ++number;
        frame.time = time;
        outcome = decoder.decode(frame, segment);
        return text(outcome);
    }
};

Packet fragment4(const Packet& whole, std::size_t from, std::size_t count, std::uint16_t id = 9) {
    const bool more = from + count < whole.size();
    return whole.slice(from, count)
        .ipv4({.id = id, .more_fragments = more, .fragment_offset = static_cast<std::uint16_t>(from)})
        .ethernet();
}

Packet fragment6(const Packet& whole, std::size_t from, std::size_t count, std::uint32_t id = 9) {
    const bool more = from + count < whole.size();
    return whole.slice(from, count).ipv6_fragment(static_cast<std::uint16_t>(from), more, id).ipv6().ethernet();
}

const Packet kWhole4 = tcp({.seq = 5, .payload = kPayload}).checksummed(Ipv4{});
const Packet kWhole6 = tcp({.seq = 5, .payload = kPayload}).checksummed(Ipv6{});

void expect_payload(const Feed& feed) {
    EXPECT_EQ(bytes::as_text(feed.segment.payload), kPayload);
    EXPECT_EQ(feed.segment.seq, 5U);
    EXPECT_EQ(flow::verify_checksum(feed.segment), flow::Checksum::good);
    EXPECT_EQ(feed.segment.at.frame, feed.number);
}

TEST(Defragment, T53_in_order_and_reversed) {
    Feed feed;
    EXPECT_EQ(feed(fragment4(kWhole4, 0, 64)), "fragment");
    EXPECT_EQ(feed(fragment4(kWhole4, 64, 56)), "tcp");
    expect_payload(feed);
    EXPECT_EQ(feed(fragment4(kWhole4, 64, 56)), "fragment");
    EXPECT_EQ(feed(fragment4(kWhole4, 0, 64)), "tcp");
    expect_payload(feed);
    EXPECT_FALSE(feed.outcome.fragment_conflict);
    EXPECT_EQ(feed.decoder.fragments().completed, 2U);
}

TEST(Defragment, ipv6_with_headers_behind_the_fragment_header) {
    Feed feed;
    EXPECT_EQ(feed(fragment6(kWhole6, 0, 64)), "fragment");
    EXPECT_EQ(feed(fragment6(kWhole6, 64, 56)), "tcp");
    expect_payload(feed);
    const Packet extended = kWhole6.extension(60);
    EXPECT_EQ(feed(fragment6(extended, 64, 64)), "fragment");
    EXPECT_EQ(feed(fragment6(extended, 0, 64)), "tcp");
    expect_payload(feed);
}

TEST(Defragment, ipv6_atomic_fragment_is_whole) {
    Feed feed;
    EXPECT_EQ(feed(kWhole6.ipv6_fragment(0, false, 1).ipv6().ethernet()), "tcp");
    expect_payload(feed);
    EXPECT_EQ(feed.decoder.fragments().completed, 0U);
}

TEST(Defragment, any_cutting_in_any_order) {
    std::mt19937 random{7};
    for (int round = 0; round < 200; ++round) {
        std::vector<Packet> fragments;
        for (std::size_t at = 0; at < kWhole4.size();) {
            const std::size_t count = std::min<std::size_t>(8 * (1 + random() % 5), kWhole4.size() - at);
            fragments.push_back(fragment4(kWhole4, at, count));
            if (random() % 4 == 0) fragments.push_back(fragments.back());
            at += count;
        }
        std::shuffle(fragments.begin(), fragments.end(), random);
        Feed feed;
        int segments = 0;
        for (const Packet& f : fragments)
            if (feed(f) == "tcp") {
                ++segments;
                expect_payload(feed);
            }
        EXPECT_GE(segments, 1);
    }
}

TEST(Defragment, T53_ipv4_overlap_first_copy_wins) {
    Feed feed;
    Packet lie = fragment4(kWhole4, 24, 64);
    Buffer changed = lie;
    std::fill(changed.begin() + 14 + 20, changed.begin() + 14 + 20 + 40, std::uint8_t{'X'});  // what is known already
    EXPECT_EQ(feed(fragment4(kWhole4, 0, 64)), "fragment");
    EXPECT_EQ(feed(changed), "fragment");
    EXPECT_EQ(feed(fragment4(kWhole4, 88, 32)), "tcp");
    expect_payload(feed);
    EXPECT_TRUE(feed.outcome.fragment_conflict);
    EXPECT_EQ(feed.decoder.fragments().conflicts, 1U);
}

TEST(Defragment, ipv4_overlap_that_agrees_is_no_conflict) {
    Feed feed;
    EXPECT_EQ(feed(fragment4(kWhole4, 0, 64)), "fragment");
    EXPECT_EQ(feed(fragment4(kWhole4, 32, 88)), "tcp");
    expect_payload(feed);
    EXPECT_FALSE(feed.outcome.fragment_conflict);
}

TEST(Defragment, T53_ipv6_overlap_discards_the_datagram) {
    Feed feed;
    EXPECT_EQ(feed(fragment6(kWhole6, 0, 64)), "fragment");
    EXPECT_EQ(feed(fragment6(kWhole6, 0, 64)), "fragment") << "an exact duplicate is no overlap";
    EXPECT_EQ(feed(fragment6(kWhole6, 56, 64)), "undecodable fragment_dropped");
    EXPECT_EQ(feed(fragment6(kWhole6, 64, 56)), "undecodable fragment_dropped");
    EXPECT_EQ(feed.decoder.fragments().discarded, 1U);
}

TEST(Defragment, T53_time_is_up_after_thirty_seconds) {
    Feed feed;
    EXPECT_EQ(feed(fragment4(kWhole4, 0, 64), 0), "fragment");
    EXPECT_EQ(feed(fragment4(kWhole4, 64, 56), 30 * kSecond), "tcp");
    EXPECT_EQ(feed(fragment4(kWhole4, 0, 64), 40 * kSecond), "fragment");
    EXPECT_EQ(feed(fragment4(kWhole4, 64, 56), 70 * kSecond + 1), "fragment");
    EXPECT_EQ(feed.decoder.fragments().timed_out, 1U);
}

TEST(Defragment, frames_without_times) {
    Feed feed;
    EXPECT_EQ(feed(fragment4(kWhole4, 0, 64), record::kNoTime), "fragment");
    EXPECT_EQ(feed(fragment4(kWhole4, 64, 56), record::kNoTime), "tcp");
}

TEST(Defragment, datagrams_are_told_apart) {
    Feed feed;
    EXPECT_EQ(feed(fragment4(kWhole4, 0, 64, 1)), "fragment");
    EXPECT_EQ(feed(fragment4(kWhole4, 64, 56, 2)), "fragment");
    const Packet other_vlan = kWhole4.slice(64, 56).ipv4({.id = 1, .fragment_offset = 64}).vlan(5).ethernet();
    EXPECT_EQ(feed(other_vlan), "fragment");
    const Packet other_source =
        kWhole4.slice(64, 56).ipv4({.source = "10.9.9.9", .id = 1, .fragment_offset = 64}).ethernet();
    EXPECT_EQ(feed(other_source), "fragment");
    EXPECT_EQ(feed(fragment4(kWhole4, 64, 56, 1)), "tcp");
}

TEST(Defragment, contradictions) {
    Feed feed;
    const auto part = [](std::uint16_t offset, std::size_t size, bool more) {
        return raw(Buffer(size), 6).ipv4({.more_fragments = more, .fragment_offset = offset}).ethernet_unpadded();
    };
    EXPECT_EQ(feed(part(0, 13, true)), "undecodable ip_fragment") << "not a multiple of eight";
    EXPECT_EQ(feed(part(8, 0, true)), "undecodable ip_fragment") << "empty";
    EXPECT_EQ(feed(part(65'528, 8, false)), "undecodable ip_fragment") << "ping of death";
    EXPECT_EQ(feed(part(80, 16, false)), "fragment");
    EXPECT_EQ(feed(part(96, 16, true)), "undecodable ip_fragment") << "behind the end";
    EXPECT_EQ(feed(part(64, 8, false)), "undecodable ip_fragment") << "another end";
}

/// The same bytes again, but now they are the last ones: RFC 791 section 3.2 takes the total length from that.
TEST(Defragment, a_repeated_fragment_may_be_the_one_that_tells_the_end) {
    const Buffer data(16, 'd');
    Defragmenter four;
    EXPECT_EQ(four.add({}, {0, true, false, 6, data}, 0).result, Defragmenter::Result::kept);
    const auto whole = four.add({}, {0, false, false, 6, data}, 0);
    EXPECT_EQ(whole.result, Defragmenter::Result::complete);
    EXPECT_EQ(Buffer(whole.data.begin(), whole.data.end()), data);
    EXPECT_EQ(four.waiting_bytes(), 0U);

    DatagramKey six;
    six.source.version = 6;
    Defragmenter strict;
    EXPECT_EQ(strict.add(six, {0, true, false, 6, data}, 0).result, Defragmenter::Result::kept);
    EXPECT_EQ(strict.add(six, {0, false, false, 6, data}, 0).result, Defragmenter::Result::dropped)
        << "no exact duplicate, so an overlap: RFC 8200 section 4.5";
}

TEST(Defragment, a_cut_fragment_gives_up_its_datagram) {
    Feed feed;
    EXPECT_EQ(feed(fragment4(kWhole4, 0, 64), 0, 10), "undecodable truncated");
    EXPECT_EQ(feed(fragment4(kWhole4, 64, 56)), "undecodable fragment_dropped");
}

TEST(Defragment, a_fragmented_tunnel_with_a_fragment_inside) {
    const Packet inner = kWhole4.slice(0, 64).ipv4({.id = 3, .more_fragments = true}).ethernet_unpadded().vxlan(1);
    const Packet rest = kWhole4.slice(64, 56).ipv4({.id = 3, .fragment_offset = 64}).ethernet_unpadded().vxlan(1);
    Feed feed;
    EXPECT_EQ(feed(fragment4(inner, 0, 48)), "fragment");
    EXPECT_EQ(feed(fragment4(inner, 48, inner.size() - 48)), "fragment");
    EXPECT_EQ(feed(fragment4(rest, 0, 48)), "fragment");
    EXPECT_EQ(feed(fragment4(rest, 48, rest.size() - 48)), "tcp");
    expect_payload(feed);
    EXPECT_EQ(feed.segment.encapsulation, "vxlan 1");
}

TEST(Defragment, memory_is_bounded_by_datagrams_bytes_and_pieces) {
    Defragmenter defragmenter{{.datagrams = 100, .bytes = 20'000, .pieces = 10}};
    const Buffer data(800);
    DatagramKey key;
    for (std::uint32_t id = 0; id < 1000; ++id) {
        key.id = id;
        defragmenter.add(key, {0, true, false, 6, data}, 0);
        ASSERT_LE(defragmenter.waiting(), 100U);
        ASSERT_LE(defragmenter.waiting_bytes(), 20'000U);
    }
    EXPECT_GT(defragmenter.waiting(), 10U);
    EXPECT_EQ(defragmenter.counts().evicted + defragmenter.waiting(), 1000U);
    key.id = 5000;
    Defragmenter::Result last{};
    for (std::uint32_t i = 0; i < 12; ++i)
        last = defragmenter.add(key, {i * 16, true, false, 6, bytes::Bytes{data}.first(8)}, 0).result;
    EXPECT_EQ(last, Defragmenter::Result::dropped);
}

TEST(Defragment, who_needs_the_room_of_others_gets_no_more_time_than_they) {
    Defragmenter defragmenter{{.bytes = 2000}};
    const auto add = [&](std::uint32_t id, std::uint32_t offset, std::size_t size, record::Nanos time) {
        DatagramKey key;
        key.id = id;
        return defragmenter.add(key, {offset, offset + size < 1600, false, 6, Buffer(size)}, time).result;
    };
    EXPECT_EQ(add(1, 0, 400, 0), Defragmenter::Result::kept);
    EXPECT_EQ(add(2, 0, 400, 10 * kSecond), Defragmenter::Result::kept);
    EXPECT_EQ(add(3, 0, 400, 20 * kSecond), Defragmenter::Result::kept);
    EXPECT_EQ(add(1, 400, 800, 25 * kSecond), Defragmenter::Result::kept);
    EXPECT_EQ(defragmenter.counts().evicted, 1U) << "the oldest of the others";
    EXPECT_EQ(add(1, 1200, 400, 31 * kSecond), Defragmenter::Result::kept) << "its thirty seconds are over";
    EXPECT_EQ(defragmenter.counts().timed_out, 1U);
}

/// Against the plainest possible model: a map from offset to byte.
TEST(Defragment, overlapping_ipv4_fragments_match_a_byte_map) {
    std::mt19937 random{3};
    for (int round = 0; round < 500; ++round) {
        Defragmenter defragmenter;
        std::map<std::size_t, std::uint8_t> model;
        const std::size_t total = 8 * (1 + random() % 8) + random() % 8;
        bool last_seen = false;
        for (int i = 0; i < 60; ++i) {
            const std::size_t from = 8 * (random() % (total / 8 + 1));
            if (from >= total) continue;
            std::size_t count = std::min<std::size_t>(8 * (1 + random() % 4), total - from);
            const bool last = from + count == total;
            if (!last) count = count / 8 * 8;
            Buffer data(count);
            for (std::uint8_t& b : data) b = static_cast<std::uint8_t>(random());
            last_seen |= last;
            for (std::size_t k = 0; k < count; ++k) model.try_emplace(from + k, data[k]);
            const auto got = defragmenter.add({}, {static_cast<std::uint32_t>(from), !last, false, 6, data}, 0);
            ASSERT_EQ(got.result == Defragmenter::Result::complete, last_seen && model.size() == total);
            if (got.result != Defragmenter::Result::complete) continue;
            ASSERT_EQ(got.data.size(), total);
            for (std::size_t k = 0; k < total; ++k) ASSERT_EQ(got.data[k], model.at(k));
            break;
        }
    }
}

}  // namespace
}  // namespace tlsscope::packet
