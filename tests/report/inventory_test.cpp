#include "report/inventory/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inventory_records.h"
#include "report/utf8.h"
#include "synthetic.h"

namespace tlsscope::report {
namespace {

using inventory::read_views;
using inventory::What;
using synthetic::Handshake;
using synthetic::inventory_of;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// The line that has `text` in it, without the spaces at its ends and with single ones within.
std::string line_with(const std::string& output, std::string_view text) {
    const std::size_t at = output.find(text);
    if (at == std::string::npos) return "no line with " + std::string{text} + " in\n" + output;
    const std::size_t begin = text.starts_with('\n') ? at + 1 : output.rfind('\n', at) + 1;
    std::string out;
    for (const char c : output.substr(begin, output.find('\n', begin) - begin))
        if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
    return out;
}

TEST(InventoryViews, AreReadInOrderAndOnce) {
    EXPECT_THAT(read_views("pq,certs,pq"), ElementsAre(What::pq, What::certs));
    EXPECT_THAT(read_views("tls"), ElementsAre(What::tls));
    EXPECT_THAT(read_views("tls,servers,clients,failures,slow"),
                ElementsAre(What::tls, What::servers, What::clients, What::failures, What::slow));
    for (const char* none : {"", "TLS", "tls ", "tlsx", "tls,,pq", ",tls", "capture.pcap", "./tls"})
        EXPECT_THAT(read_views(none), IsEmpty()) << none;
}

TEST(InventoryViews, OnlyThoseAskedForAreThere) {
    const std::string out = inventory_of("certs", {Handshake{0}.tls13()});
    EXPECT_THAT(out, HasSubstr("Inventory  capture.pcap"));
    EXPECT_THAT(out, HasSubstr("Server certificates"));
    EXPECT_THAT(out, Not(HasSubstr("Servers:")));
    EXPECT_THAT(out, Not(HasSubstr("Failures")));
}

TEST(InventoryTls, OfferedAndSelectedAreApart) {
    const std::string out =
        inventory_of("tls", {Handshake{0}.tls13(), Handshake{1}.tls12(true), Handshake{2}.tls12(false)});
    EXPECT_EQ(line_with(out, "  TLS 1.2 "), "TLS 1.2 2 66.7 % 3 100.0 %");
    EXPECT_EQ(line_with(out, "  TLS 1.3 "), "TLS 1.3 1 33.3 % 2 66.7 %");
}

TEST(InventoryTls, AValueCountsOncePerOfferAndGreaseIsOne) {
    Handshake h{0};
    h.tls13().codes("versions_offered", {0x0a0a, 0x1a1a, 0x0304, 0x0304, 0x0303});
    const std::string out = inventory_of("tls", {h});
    EXPECT_EQ(line_with(out, "GREASE"), "GREASE 0 1 100.0 %");
    EXPECT_EQ(line_with(out, "  TLS 1.3 "), "TLS 1.3 1 100.0 % 1 100.0 %");
}

TEST(InventoryTls, WithoutAServerHelloNothingIsSelected) {
    Handshake half{1};
    half.integer("version_offered", 0x0303).text("tls_outcome", "incomplete").outcome("incomplete");
    const std::string out = inventory_of("tls", {Handshake{0}.tls13(), half, Handshake{2, ""}.text("tls_outcome", "")});
    EXPECT_THAT(out, HasSubstr("2 with an offer (ClientHello), 1 with a selection"));
    EXPECT_EQ(line_with(out, "  TLS 1.3 "), "TLS 1.3 1 100.0 % 1 50.0 %");
}

TEST(InventoryTls, ForwardSecrecyNeedsAKeyExchange) {
    Handshake rsa{1};
    rsa.tls12(true).texts("weaknesses", {"cbc", "static_rsa"});
    Handshake cbc{2};
    cbc.tls12(true).texts("weaknesses", {"cbc"});
    Handshake alone{3};  // a pre-shared key
    alone.integer("version_offered", 0x0304).integer("version", 0x0304).integer("cipher", 0x1301);
    Handshake strange{4};
    strange.tls12(true).text("pq", "unknown");
    const std::string out = inventory_of("tls", {Handshake{0}.tls13(), rsa, cbc, alone, strange});
    EXPECT_EQ(line_with(out, "forward secrecy"),
              "forward secrecy 2 of 5 (40.0 %); without: psk_alone 1, static_rsa 1; cannot be told: 1");
    EXPECT_EQ(line_with(out, "legacy"), "legacy 2 of 5 (40.0 %): cbc 2, static_rsa 1");
}

TEST(InventoryTls, WeakCertificatesAndNotOtherFaults) {
    Handshake weak{0};
    weak.tls12(true).certificate("aa", 10).texts("cert_validation", {"expired", "weak_key"});
    Handshake expired{1};
    expired.tls12(true).certificate("bb", -1).texts("cert_validation", {"expired"});
    EXPECT_EQ(line_with(inventory_of("tls", {weak, expired}), "weak certificates"),
              "weak certificates weak_key 1 (of 2 connections with a certificate)");
    EXPECT_EQ(line_with(inventory_of("tls", {expired}), "weak certificates"),
              "weak certificates none of 1 connection seen");
}

TEST(InventoryTls, EchResumptionEarlyData) {
    Handshake h{0};
    h.tls13().text("ech", "outer").texts("resumption_offered", {"psk"}).text("resumption_kind", "psk");
    h.text("early_data", "accepted");
    const std::string out = inventory_of("tls", {h, Handshake{1}.tls13()});
    EXPECT_EQ(line_with(out, "ECH"), "ECH outer or GREASE 1, accepted 0");
    EXPECT_EQ(line_with(out, "resumption"), "resumption offered: psk 1; resumed: psk 1");
    EXPECT_EQ(line_with(out, "early data"), "early data accepted 1");
}

TEST(InventoryPq, BucketsOfferedAndSelected) {
    Handshake chosen{0};
    chosen.tls13().integer("group", 0x11ec).codes("groups_offered", {0x2a2a, 0x11ec, 29});
    chosen.text("pq_offered", "hybrid").text("pq", "hybrid");
    Handshake refused{1, "old.example.com"};
    refused.tls13().codes("groups_offered", {0x11ec, 29}).text("pq_offered", "hybrid").text("ja4", "t13new");
    Handshake old{2};
    old.tls13().codes("groups_offered", {29}).text("ja4", "t13old");
    const std::string out = inventory_of("pq", {chosen, refused, old});
    EXPECT_EQ(line_with(out, "  hybrid"), "hybrid 1 33.3 % 2 66.7 %");
    EXPECT_EQ(line_with(out, "  classical"), "classical 2 66.7 % 1 33.3 %");
    EXPECT_THAT(out, HasSubstr("selected: X25519MLKEM768 1; offered: X25519MLKEM768 2"));
    EXPECT_THAT(out, HasSubstr("chose classical although hybrid was offered: 1"));
    EXPECT_EQ(line_with(out, "old.example.com"), "old.example.com 192.0.2.7:443 1 x25519 1");
    EXPECT_EQ(line_with(out, "t13old"), "t13old 10.0.0.1 1 classical 2");
    EXPECT_THAT(out, Not(HasSubstr("t13new")));
}

TEST(InventoryCerts, SoonestExpiryFirstEachOnce) {
    Handshake late{0};
    late.tls12(true).certificate("aaaa", 300, "CN=late");
    Handshake soon{1, "soon.example"};
    soon.tls12(true).certificate("bbbb", 3, "CN=soon").texts("cert_validation", {"self_signed"});
    Handshake again{2, "soon2.example"};
    again.tls12(true).certificate("bbbb", 2, "CN=soon");
    const std::string out = inventory_of("certs", {late, soon, again});
    EXPECT_THAT(out, HasSubstr("2 distinct certificates in 3 connections"));
    EXPECT_LT(out.find("CN=soon"), out.find("CN=late"));
    EXPECT_EQ(line_with(out, "  2  2026-11-25"), "2 2026-11-25 EC P-256 ecdsa-with-SHA256 2 soon.example 1 and 1 more");
    EXPECT_THAT(out, HasSubstr("findings: self_signed 1; servers: soon.example 1, soon2.example 1"));
}

TEST(InventoryCerts, AHiddenCertificateIsNotNone) {
    Handshake resumed{1};
    resumed.tls12(true).text("cert_status", "none");
    const std::string out = inventory_of("certs", {Handshake{0}.tls13(), resumed});
    EXPECT_THAT(out, HasSubstr("1 connection: the certificate is hidden (TLS 1.3"));
    EXPECT_THAT(out, HasSubstr("1 connection: none was sent"));
    EXPECT_THAT(inventory_of("certs", {resumed}), Not(HasSubstr("hidden")));
}

TEST(InventoryServers, WouldBreakWithoutTls12) {
    const std::string out = inventory_of(
        "servers", {Handshake{0, "modern.example"}.tls13(), Handshake{1, "modern.example"}.tls12(false),
                    Handshake{2, "cannot.example"}.tls12(true), Handshake{3, "unknown.example"}.tls12(false)});
    const std::size_t breaks = out.find("Would break without TLS 1.2 (chose less although TLS 1.3 was offered): 1");
    const std::size_t unknown = out.find("Unknown without TLS 1.2 (only clients without TLS 1.3 were seen): 1");
    ASSERT_NE(breaks, std::string::npos) << out;
    ASSERT_NE(unknown, std::string::npos) << out;
    EXPECT_LT(breaks, out.find("cannot.example", breaks));
    EXPECT_LT(out.find("cannot.example", breaks), unknown);
    EXPECT_NE(out.find("unknown.example", unknown), std::string::npos);
    EXPECT_EQ(out.find("modern.example", breaks), std::string::npos) << "it can do TLS 1.3";
}

TEST(InventoryServers, AFailedHandshakeProvesNothing) {
    Handshake failed{0};
    failed.tls12(true).outcome("failed", "No.");
    EXPECT_THAT(inventory_of("servers", {failed}), Not(HasSubstr("without TLS 1.2")));
}

TEST(InventoryServers, CountsAndPercentiles) {
    std::vector<Handshake> all;
    for (std::uint64_t i = 0; i < 20; ++i) {
        all.emplace_back(i, i % 2 == 0 ? "A.Example" : "a.example");
        all.back().tls13().integer("tls_ms", static_cast<std::int64_t>(i + 1) * synthetic::kMilli);
    }
    all.push_back(Handshake{20, "a.example"}.outcome("failed", "No."));
    all.push_back(Handshake{21, ""}.tls13());
    const std::string out = inventory_of("servers", all);
    EXPECT_EQ(line_with(out, "a.example"), "a.example 192.0.2.7:443 21 20 1 10.000 19.000");
    EXPECT_EQ(line_with(out, "\n  192.0.2.7:443"), "192.0.2.7:443 192.0.2.7:443 1 1 0");
}

TEST(InventoryClients, BestOfferAndWeakOnes) {
    Handshake h{0};
    h.tls13().text("ja4", "t13x").codes("groups_offered", {0x2a2a, 29}).texts("alpn_offered", {"h2", "http/1.1"});
    h.codes("ciphers_offered", {0x1301, 0x0005, 0x002f}).codes("versions_offered", {0x0304, 0x0303, 0x0301});
    Handshake failed{1};
    failed.tls13().text("ja4", "t13x").text("client_ip", "10.0.0.2").outcome("failed", "No.");
    Handshake strong{2};
    strong.tls13().text("ja4", "t13y").codes("ciphers_offered", {0x1301, 0xc02f});
    const std::string out = inventory_of("clients", {h, failed, strong});
    EXPECT_EQ(line_with(out, "t13x"), "t13x 2 1 10.0.0.1 (+1) classical");
    EXPECT_THAT(out, HasSubstr("best: TLS 1.3, group x25519 1, ALPN h2 1; weak: TLS 1.0 1, rc4 1,"));
    EXPECT_EQ(line_with(out, "t13y"), "t13y 1 0 10.0.0.1 classical");
    EXPECT_THAT(out.substr(out.find("t13y")), Not(HasSubstr("weak")));
}

TEST(InventoryFailures, KindsAreDiagnosesWithoutNumbers) {
    const std::string out = inventory_of(
        "failures", {Handshake{0}.tls13(), Handshake{1, "a.example"}.outcome("failed", "It waited 20.5 ms.", 7),
                     Handshake{2, "b.example"}.outcome("failed", "It waited 33.1 ms.", 9).text("alert_from", "server"),
                     Handshake{3}.outcome("refused", "Another one."), Handshake{4}.outcome("incomplete", "Cut."),
                     Handshake{5}.outcome("no_answer")});
    EXPECT_THAT(out, HasSubstr("4 of 5 connections judged failed (80.0 %); not judged: incomplete 1"));
    EXPECT_EQ(line_with(out, "It waited 20.5"), "2 40.0 % It waited 20.5 ms.");
    EXPECT_THAT(out, HasSubstr("ended by: server 1; servers: a.example 1, b.example 1"));
    EXPECT_THAT(out, HasSubstr("streams 1 (frame 7), 2 (frame 9)"));
    EXPECT_EQ(line_with(out, "  no_answer"), "1 20.0 % no_answer");
    EXPECT_THAT(out, Not(HasSubstr("Cut.")));
}

TEST(InventoryFailures, NoneIsSaid) {
    EXPECT_THAT(inventory_of("failures", {Handshake{0}.tls13()}), HasSubstr("0 of 1 connection judged failed (0.0 %)"));
}

TEST(InventorySlow, RulesServersAndTheSlowest) {
    Handshake slow{0, "slow.example"};
    slow.tls13().integer("tls_ms", 500 * synthetic::kMilli).integer("setup_server_ms", 400 * synthetic::kMilli);
    slow.anomaly(synthetic::kSlowRule.finding, 5).anomaly(synthetic::kCertificateRule.finding, 6);
    Handshake fast{1, "fast.example"};
    fast.tls13().integer("tls_ms", 5 * synthetic::kMilli);
    const std::string out = inventory_of("slow", {fast, slow});
    EXPECT_THAT(out, HasSubstr("tls_ms of 2 connections: p50 5.000, p95 500.000, max 500.000"));
    EXPECT_THAT(out, HasSubstr("1  slow_server: The server needed most of the time. Cure: look at its load."));
    EXPECT_THAT(out, HasSubstr("stream 0 (frame 5)"));
    EXPECT_THAT(out, Not(HasSubstr("cert_expired"))) << "no rule about time";
    EXPECT_LT(out.find("slow.example", out.find("By server")), out.find("fast.example", out.find("By server")));
    EXPECT_EQ(line_with(out.substr(out.find("Slowest")), "slow.example"), "500.000 0 slow.example slow_server");
}

TEST(InventorySlow, ASlowServerIsComparedWithItself) {
    const auto with = [](std::uint64_t stream, std::int64_t ms) {
        Handshake h{stream, "s.example"};
        h.tls13().integer("tls_ms", ms * synthetic::kMilli).integer("setup_server_ms", (ms - 1) * synthetic::kMilli);
        return h;
    };
    std::vector<Handshake> all{with(0, 6), with(1, 7), with(2, 501).anomaly(synthetic::kSlowRule.finding, 5)};
    EXPECT_THAT(inventory_of("slow", all),
                HasSubstr("the server's own part: 500.000 ms, its median over 3 connections: 6.000 ms"));
    all.erase(all.begin(), all.begin() + 2);
    EXPECT_THAT(inventory_of("slow", all), Not(HasSubstr("its median"))) << "alone it has nothing to be compared with";
}

TEST(InventorySlow, WhomAClientAskedWhileItThought) {
    using synthetic::kMilli;
    const auto thinking = [](std::uint64_t stream) {
        Handshake h{stream, "s.example"};
        h.tls13().integer("tls_ms", 600 * kMilli).anomaly(synthetic::kSlowClientRule.finding, 5);
        h.at(0).mark(synthetic::kServerFlightEnd, 100 * kMilli).mark(synthetic::kClientFinished, 600 * kMilli);
        return h;
    };
    const auto asked = [](std::uint64_t stream, std::string_view sni, std::int64_t ms) {
        return Handshake{stream, sni}.at(ms * kMilli);
    };
    const std::string out =
        inventory_of("slow", {thinking(0), asked(1, "before.example", 99), asked(2, "ocsp.example", 150),
                              asked(3, "", 160), asked(4, "after.example", 601)});
    EXPECT_THAT(out, HasSubstr("While the client thought, it asked others"));
    EXPECT_THAT(out, HasSubstr("stream 0  500.000 ms, 10.0.0.1 for s.example: ocsp.example (192.0.2.7:443), stream 2; "
                               "192.0.2.7:443, stream 3\n"));
    EXPECT_THAT(inventory_of("slow", {thinking(0), asked(1, "x.example", 150).text("client_ip", "10.0.0.2")}),
                Not(HasSubstr("While the client")))
        << "another client";
    EXPECT_THAT(inventory_of("slow", {thinking(0)}), Not(HasSubstr("While the client")));
}

TEST(InventorySlow, NothingCompleteIsSaid) {
    EXPECT_THAT(inventory_of("slow", {Handshake{0}.outcome("failed", "No.")}), HasSubstr("no handshake was complete"));
}

std::vector<Handshake> many_servers(std::size_t n) {
    std::vector<Handshake> all;
    for (std::size_t i = 0; i < n; ++i) all.emplace_back(i, "s" + std::to_string(i) + ".example").tls13();
    return all;
}

TEST(Inventory, WhatIsNotShownIsCounted) {
    EXPECT_THAT(inventory_of("servers", many_servers(10)), Not(HasSubstr("more")));
    EXPECT_THAT(inventory_of("servers", many_servers(22)), HasSubstr("... and 12 more (all with -v)"));
    const std::string all = inventory_of("servers", many_servers(22), true);
    EXPECT_THAT(all, Not(HasSubstr("more")));
    EXPECT_THAT(all, HasSubstr("s21.example"));
}

TEST(Inventory, WhatFoundNoRoomIsCounted) {
    EXPECT_THAT(inventory_of("servers", many_servers(10'000)), Not(HasSubstr("beyond the first")));
    EXPECT_THAT(inventory_of("servers", many_servers(10'003)),
                HasSubstr("3 connections of servers beyond the first 10,000 are not listed"));
}

TEST(Inventory, StrangersTextsAreHarmlessAndLinesFit) {
    for (const std::string& text : synthetic::hostile_texts()) {
        Handshake h{0, text};
        h.tls12(true).text("ja4", text).text("client_ip", text).texts("alpn_offered", {text});
        h.certificate(text.empty() ? "aa" : text, 3, text).texts("cert_validation", {text}).text("ech", text);
        h.texts("weaknesses", {text}).text("early_data", text).text("resumption_kind", text).text("pq_offered", text);
        h.integer("tls_ms", 7).outcome("failed", "It asked for " + text + ".");
        const std::string out = inventory_of("tls,pq,certs,servers,clients,failures,slow", {h}, false, 80);
        for (std::size_t at = 0; at < out.size();) {
            const CodePoint c = decode(out, at);
            ASSERT_TRUE(c.valid && (c.code == '\n' || !is_hidden(c.code))) << "U+" << std::hex << unsigned(c.code);
            at += c.length;
        }
        std::size_t widest = 0;
        for (std::size_t at = 0; at < out.size(); at = out.find('\n', at) + 1)
            widest = std::max(widest, display_width(out.substr(at, out.find('\n', at) - at)));
        EXPECT_LE(widest, 80U) << out;
    }
}

TEST(Inventory, OfNothingIsNothing) {
    const std::string out = inventory_of("tls,pq,certs,servers,clients,failures,slow", {});
    EXPECT_THAT(out, HasSubstr("0 of 0 connections speak TLS"));
    EXPECT_THAT(out, Not(ContainsRegex("nan|inf|%")));
}

}  // namespace
}  // namespace tlsscope::report
