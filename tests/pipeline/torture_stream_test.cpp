// T19 to T30, T40 to T45, T56, T57 of the torture list: order, copies, holes and time.
#include <gtest/gtest.h>

#include "support/scenario.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;
using tls::testing::application;

const std::string kHost = "www.example.com";

/// Facts of a whole handshake, and these.
Facts whole(Facts more = {}) {
    more.insert({{"sni", kHost}, {"outcome", "complete"}});
    return more;
}

Scenario opened() {
    Scenario s;
    s.handshake();
    return s;
}

/// A ClientHello of about n bytes: its session ticket is that long.
Buffer long_hello(std::size_t n) {
    using namespace tls::testing;
    Hello h{.extensions = {extension(35, fill(n)), sni_extension(kHost)}};
    return tls_record(22, client_hello(h), 0x0301);
}

TEST(TortureStream, T19_ReversedSegments) {
    Scenario s = opened();
    s.client(hello(kHost)).split({20, 30}).reverse().answer();
    expect(s, whole({{"out_of_order", "2"}, {"retrans_client", "0"}, {"missed_bytes", "0"}}));
}

TEST(TortureStream, T20_OneByteSegmentsInOrder) {
    Scenario s = opened();
    s.client(hello(kHost)).each(1).server(flight12()).each(1).client(client_finish12()).each(1);
    s.server(server_finish12()).each(1);
    expect(s, whole({{"out_of_order", "0"}}));
}

TEST(TortureStream, T21_UpTo256OneByteSegmentsInAnyOrder) {
    const Buffer h = long_hello(256 - long_hello(0).size());
    ASSERT_EQ(h.size(), 256U);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        Scenario s = opened();
        s.client(h).each(1).shuffle(seed).edit_all([](Step& x) { x.after = 10'000; }).wait(kMillisecond).answer();
        expect(s, whole({{"missed_bytes", "0"}, {"retrans_client", "0"}}), {"resumption_refused"});
    }
}

// More than the limit: what was missing is given up, nothing is invented.
TEST(TortureStream, T21_MoreThan256OneByteSegmentsReversedAreBounded) {
    Scenario s = opened();
    s.client(long_hello(400)).each(1).reverse().edit_all([](Step& x) { x.after = 1'000; }).server(flight12());
    expect(s, {{"sni", ""}, {"version", "TLS 1.2"}}, {"seg_cap"});
}

TEST(TortureStream, T22_ExactRetransmissionIsDeliveredOnce) {
    Scenario s = opened();
    s.client(hello(kHost)).repeat(0, 200 * kMillisecond).answer();
    expect(s, whole({{"retrans_client", "1"}, {"stall_ms", "200.000"}}), {"handshake_loss"});
}

TEST(TortureStream, T23_FirstBytesStandAgainstALaterCopy) {
    Scenario s = opened();
    s.client(hello(kHost)).client({.bytes = hello("www.example.net"), .at = -std::int64_t(hello(kHost).size())});
    s.answer();
    expect(s, whole({{"retrans_client", "1"}}), {"overlap_conflict"});
}

// The other copy is not read as a ClientHello of its own: sni_alt is for two names in one.
TEST(TortureStream, T24_ConflictInsideAHoleTheFirstCopyWins) {
    const Buffer other = hello("www.example.net");
    Scenario s = opened();
    s.client(hello(kHost)).split({10}).order({1});
    s.client({.bytes = {other.begin() + 10, other.end()}, .at = 10 - std::int64_t(other.size())});
    s.client({.bytes = {other.begin(), other.begin() + 10}, .at = -std::int64_t(other.size())}).answer();
    expect(s, whole({{"sni_alt", ""}}), {"overlap_conflict"});
}

// Systems differ in what they do (Linux would take the newer copy here); the policy is the first copy, always, and
// the anomaly says that there was a choice.
TEST(TortureStream, T25_ANewSegmentAroundAnOlderOneKeepsTheOlderBytes) {
    const Buffer other = hello("www.example.net");
    Scenario s = opened();
    const std::size_t at = hello(kHost).size() - 3;  // the end of the name
    s.client(hello(kHost)).split({at}).order({1});
    s.client({.bytes = other, .at = -std::int64_t(other.size())}).answer();
    expect(s, whole(), {"overlap_conflict"});
}

TEST(TortureStream, T27_T28_SequenceNumbersWrapInsideTheHello) {
    const auto size = static_cast<std::uint32_t>(hello(kHost).size());
    for (std::uint32_t before = 1; before <= size + 1; before += 13) {
        SCOPED_TRACE(before);
        Scenario s, moved;
        s.isn(0U - before, 0U - before).handshake().client(hello(kHost)).split({10, 20, 30}).answer().close();
        moved.isn(0U - before, 0U - before).handshake().client(hello(kHost)).split({10, 20, 30}).order({3, 1, 0, 2});
        moved.answer().close();
        expect(s, whole({{"bytes_client", std::to_string(size + client_finish12().size())}, {"missed_bytes", "0"}}));
        expect(moved, whole({{"retrans_client", "0"}, {"missed_bytes", "0"}, {"conn_state", "SF"}}));
    }
}

TEST(TortureStream, T29_HalfOldHalfNewIsTrimmed) {
    const Buffer h = hello(kHost);
    Scenario s = opened();
    s.client(h).split({50}).edit(1, [&](Step& x) { x.seq -= 25, x.bytes = {h.begin() + 25, h.end()}; }).answer();
    expect(s, whole({{"retrans_client", "1"}, {"missed_bytes", "0"}}));
}

TEST(TortureStream, T30_DataOneGibibyteAheadIsIgnored) {
    Scenario s = opened();
    s.client({.bytes = hello("far.example"), .at = 1 << 30}).client({.bytes = hello("far.example"), .at = -(1 << 30)});
    s.client(hello(kHost)).answer();
    expect(s, whole({{"missed_bytes", "0"}}), {"oow"});
}

TEST(TortureStream, T40_AHelloThatWasPartlyMissedHasNoName) {
    Scenario s = opened();
    s.client(hello(kHost)).split({40, 30}).drop(1).server_ack().wait(60 * kMillisecond).server_ack().answer();
    expect(s, {{"sni", ""}, {"version", "TLS 1.2"}, {"missed_bytes", "30"}, {"outcome", "complete"}},
           {"gap_acked", "hs_trunc"});
}

// The whole handshake passes while the gap is still waited for.
TEST(TortureStream, T40_TheAnswerToAHelloThatWasPartlyMissedIsRead) {
    Scenario s = opened();
    s.client(hello(kHost)).split({40, 30}).drop(1).answer().wait(60 * kMillisecond).server_ack();
    expect(s, {{"sni", ""}, {"version", "TLS 1.2"}, {"missed_bytes", "30"}, {"outcome", "complete"}},
           {"gap_acked", "hs_trunc"});
}

TEST(TortureStream, T40_AfterAGapTheStreamGoesOnAtTheNextRecord) {
    Scenario s = opened();
    s.client(hello(kHost)).answer();
    s.server(application(1000)).split({500, 100}).drop(1).client_ack().wait(60 * kMillisecond);
    s.server(application(1000)).client_ack().server(tls::testing::alert(1, 0)).client_ack();
    expect(s, whole({{"missed_bytes", "100"}}), {"gap_acked"});
}

/// The server acknowledges a ClientHello that the capture has so much later, or behind so many packets.
Scenario late_hello(Nanos after, int packets) {
    Scenario s = opened();
    s.client(hello(kHost)).drop(0).server_ack().wait(after);
    for (int i = 0; i < packets; ++i) s.server({.after = 10'000});
    return s.client({.bytes = hello(kHost), .at = -std::int64_t(hello(kHost).size()), .after = 10'000}).answer();
}

TEST(TortureStream, T41_AnAcknowledgmentBeforeTheDataIsWaitedFor) {
    expect(late_hello(45 * kMillisecond, 1), whole({{"missed_bytes", "0"}}));
    expect(late_hello(0, 31), whole({{"missed_bytes", "0"}}));
}

// Two capture queues: the answer came through the quicker one.
TEST(TortureStream, T41_AnAnswerBeforeItsRequestIsReadAfterIt) {
    Scenario s = opened();
    s.client(hello(kHost)).drop(0).server(flight12());
    s.client(
        {.bytes = hello(kHost), .at = -std::int64_t(hello(kHost).size()), .ack = -std::int64_t(flight12().size())});
    s.client(client_finish12()).drop(0).server(server_finish12());
    s.client({.bytes = client_finish12(), .at = -std::int64_t(client_finish12().size())}).client_ack();
    expect(s, whole({{"missed_bytes", "0"}, {"established", "true"}}));
}

TEST(TortureStream, T41_ButNotForLong) {
    expect(late_hello(60 * kMillisecond, 1), {{"sni", ""}, {"version", "TLS 1.2"}}, {"gap_acked"});
    expect(late_hello(0, 33), {{"sni", ""}, {"version", "TLS 1.2"}}, {"gap_acked"});
}

/// A handshake that is over long before anybody gives up waiting for what the capture missed.
Scenario quick(int lost) {
    Scenario s = opened();
    s.client(hello(kHost));
    if (lost == 0) s.drop(0);
    s.server(flight12()).each(flight12().size() / 3 + 1);
    if (lost == 1) s.drop(1);
    s.client(client_finish12());
    if (lost == 2) s.drop(0);
    s.server(server_finish12());
    if (lost == 3) s.drop(0);
    s.client(application(200)).server(application(900)).client(tls_record(21, Buffer(26, 0x15))).close();
    return s;
}

// What comes after the gap is read in the order in which both sides said it.
TEST(TortureStream, T40_TheRestOfAQuickHandshakeKeepsItsOrder) {
    const Facts chosen = {{"version", "TLS 1.2"}, {"tls_outcome", "complete"}, {"close_notify", "client"}};
    Facts wanted = chosen;
    wanted["sni"] = "";
    expect(quick(0), wanted, {"gap_acked"});
    wanted["sni"] = kHost;
    expect(quick(1), wanted, {"gap_acked", "hs_trunc"});
    expect(quick(2), wanted, {"gap_acked", "tls_resync"});
    expect(quick(3), wanted, {"gap_acked", "tls_resync"});
}

TEST(TortureStream, T42_KeepAlivesAreNeitherDataNorRetransmissions) {
    Scenario s = opened();
    s.client(hello(kHost)).answer().client_ack();
    for (const Buffer& probe : {Buffer{}, Buffer{0}}) {
        s.client({.bytes = probe, .at = -1, .after = 10 * kSecond}).server_ack();
        s.server({.bytes = probe, .at = -1, .after = 10 * kSecond}).client_ack();
    }
    s.close();
    expect(s, whole({{"keep_alives", "4"}, {"retrans_client", "0"}, {"retrans_server", "0"}, {"dup_acks", "0"}}));
}

// As tshark counts: one zero window, one probe, one update, one full window (which has no column here).
TEST(TortureStream, T43_ZeroWindowProbeAndUpdate) {
    Scenario s = opened();
    s.client(hello(kHost)).answer();
    s.client({.window = 0}).server({.bytes = {0x17}, .after = 300 * kMillisecond}).client({.ack = -1, .window = 0});
    s.client({.ack = -1}).server({.bytes = application(100), .at = -1}).client({.ack = 104});
    expect(s, whole({{"zero_windows", "2"}, {"missed_bytes", "0"}}));
}

// RFC 6093: the pointer means nothing to receivers that keep urgent data inline, as it advises; TLS has no out-of-band
// data. So every byte stays, and the flag is named.
TEST(TortureStream, T44_UrgentDataStaysInline) {
    for (const unsigned pointer : {0U, 1U, 20U, 0xffffU}) {
        Scenario s = opened();
        s.client({.bytes = hello(kHost), .flags = kTcpAck | kTcpUrg, .urgent = static_cast<std::uint16_t>(pointer)})
            .answer();
        expect(s, whole({{"bytes_client", std::to_string(hello(kHost).size() + client_finish12().size())}}), {"urg"});
    }
}

TEST(TortureStream, T45_AnOldTimestampIsRejected) {
    const auto stamped = [](Buffer bytes, std::uint32_t stamp, bool forged) {
        return Part{.bytes = std::move(bytes), .options = option_timestamps(stamp, 1), .forged = forged};
    };
    Scenario s;
    s.handshake(option_timestamps(5000, 0)).client(stamped({}, 5001, false));
    const Buffer real = hello(kHost), forged = hello("www.example.net");
    s.client(stamped({real.begin(), real.begin() + 10}, 5002, false));
    s.client(stamped({forged.begin() + 10, forged.end()}, 17, true));
    s.client(stamped({real.begin() + 10, real.end()}, 5003, false)).answer();
    expect(s, whole({{"retrans_client", "0"}}), {"paws"});
}

TEST(TortureStream, T56_TimeRunsBackInTheMiddle) {
    Scenario s = opened();
    s.client(hello(kHost)).wait(-3600 * kSecond).answer().close();
    expect(s, whole({{"tls_ms", ""}, {"duration_ms", ""}, {"connect_ms", "2.000"}}), {"time_back"});
}

TEST(TortureStream, T57_EveryPacketCapturedTwice) {
    Scenario s = opened();
    s.client(hello(kHost)).answer().close();
    s.twice().not_under("ipv6");  // without an identification a copy cannot be told from a repetition
    expect(s,
           whole({{"retrans_client", "0"},
                  {"retrans_server", "0"},
                  {"syn_retries", "0"},
                  {"dup_acks", "0"},
                  {"conn_state", "SF"}}),
           {"dup_capture"});
}

}  // namespace
}  // namespace tlsscope::pipeline
