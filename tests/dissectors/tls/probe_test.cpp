// TLS is found by content: any port, either side, whatever goes before.
#include "dissectors/tls/probe.h"

#include <gtest/gtest.h>

#include <random>

#include "stream_testing.h"

namespace tlsscope::tls::testing {

namespace {

using dissect::Probe;

Probe from_client(const Blob& bytes, bool at_start = true) { return probe(bytes, Side::client, at_start).answer; }
Probe from_server(const Blob& bytes, bool at_start = true) { return probe(bytes, Side::server, at_start).answer; }

Blob hello_record(unsigned version = 0x0301) { return record(22, client_hello({}), version); }

TEST(TlsProbe, FindsHellosByTheirStructure) {
    EXPECT_EQ(from_client(hello_record()), Probe::yes);
    EXPECT_EQ(from_server(hello_record()), Probe::no);
    const Blob answer = record(22, server_hello({}));
    EXPECT_EQ(from_server(answer), Probe::yes);
    EXPECT_EQ(from_client(answer), Probe::no);
}

TEST(TlsProbe, WaitsWhileThereAreTooFewBytes) {
    const Blob whole = hello_record();
    for (std::size_t n = 1; n < 11; ++n)
        EXPECT_EQ(from_client({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)}), Probe::need_more) << n;
    for (std::size_t n = 11; n <= whole.size(); ++n)
        EXPECT_EQ(from_client({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)}), Probe::yes) << n;
}

// S26, S27.
TEST(TlsProbe, TakesAnyRecordVersionOnAValidHello) {
    for (const unsigned version : {0x0300U, 0x0301U, 0x0302U, 0x0303U, 0x0304U, 0x03ffU, 0x7f17U, 0x0000U})
        EXPECT_EQ(from_client(hello_record(version)), Probe::yes) << version;
}

// S65, S66.
TEST(TlsProbe, RefusesWhatOnlyLooksLikeIt) {
    EXPECT_EQ(from_client(text("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")), Probe::no);
    EXPECT_EQ(from_client(text("SSH-2.0-OpenSSH_9.2\r\n")), Probe::no);
    std::mt19937 random{1};
    for (int i = 0; i < 2000; ++i) {
        Blob noise = {0x16, 0x03, 0x01};
        for (int n = 0; n < 200; ++n) noise.push_back(static_cast<std::uint8_t>(random()));
        noise[5] = static_cast<std::uint8_t>(noise[5] | 0x80);  // no handshake type is that high but GREASE
        EXPECT_EQ(from_client(noise), Probe::no);
    }
}

TEST(TlsProbe, FindsTheHelloBehindAPreface) {
    const auto behind = [](const Blob& preface) {
        const auto r = probe(preface + hello_record(), Side::client, true);
        return r.answer == Probe::yes && r.offset == preface.size();
    };
    EXPECT_TRUE(behind(text("PROXY TCP4 192.0.2.1 192.0.2.2 40000 443\r\n")));
    EXPECT_TRUE(behind(text("CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com\r\n\r\n")));
    EXPECT_TRUE(behind(text("EHLO x\r\nSTARTTLS\r\n")));
    EXPECT_TRUE(behind(text("\r\n\r\n") + u8(0) + text("\r\nQUIT\n") + u8(0x21) + u8(0x11) + vec16(fill(12))));
    EXPECT_TRUE(behind(u8(0x20) + u16(0) + u8(1) + fill(32, 0)));
    EXPECT_TRUE(behind(Blob{0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f}));
    EXPECT_FALSE(behind(u16(190) + u8(0x20) + fill(12))) << "OpenVPN: the hello is in frames of its own";
}

TEST(TlsProbe, FindsTheHelloInALaterSegment) {
    EXPECT_EQ(from_client(hello_record(), false), Probe::yes);
    EXPECT_EQ(from_server(record(22, server_hello({})), false), Probe::yes);
}

TEST(TlsProbe, TakesApplicationDataOfAnOlderStream) {
    EXPECT_EQ(from_server(application(200) + application(100)), Probe::yes);
    EXPECT_EQ(from_client(application(200)), Probe::yes);
    EXPECT_EQ(from_server(application(200) + fill(30, 0x20)), Probe::no);
    EXPECT_EQ(from_server(u8(23) + u16(0x0303) + u16(20000) + fill(100)), Probe::no);
    EXPECT_EQ(from_server(u8(23) + u16(0x0909) + u16(200) + fill(200)), Probe::no);
}

TEST(TlsProbe, TakesAnAlertAsTheOnlyAnswer) {
    EXPECT_EQ(from_server(alert(2, 40)), Probe::yes);
    EXPECT_EQ(from_server(alert(9, 40)), Probe::no);
    EXPECT_EQ(from_server(alert(2, 40), false), Probe::no);
}

TEST(TlsProbe, TakesSsl2HellosOnlyAtTheStart) {
    const Blob body =
        u8(1) + u16(0x0300) + u16(6) + u16(0) + u16(16) + u8(0) + u16(0x0005) + u8(0) + u16(0x000a) + fill(16);
    const Blob whole = u16(0x8000U + static_cast<unsigned>(body.size())) + body;
    EXPECT_EQ(from_client(whole), Probe::yes);
    EXPECT_EQ(from_client(whole, false), Probe::no);
    EXPECT_EQ(from_server(whole), Probe::no);
}

TEST(TlsProbe, ASingleLetterFromAServerIsNotWaitedFor) {
    EXPECT_EQ(from_server(text("S")), Probe::no) << "PostgreSQL says so to SSLRequest";
}

}  // namespace
}  // namespace tlsscope::tls::testing
