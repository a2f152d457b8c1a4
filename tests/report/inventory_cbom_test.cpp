#include "report/inventory/cbom.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "inventory_records.h"
#include "synthetic.h"

namespace tlsscope::report {
namespace {

using synthetic::Handshake;
using testing::ElementsAre;
using testing::HasSubstr;

std::string text_of(const std::vector<Handshake>& handshakes, const std::vector<std::string>& problems = {}) {
    std::string text;
    const auto out = output_to(text);
    inventory::Cbom bill{*out};
    bill.begin(synthetic::inventory_schema(), {"tlsscope 0.1.0", {"capture.pcap"}});
    for (const Handshake& h : handshakes) bill.connection(h.record());
    Totals totals;
    totals.last_time = synthetic::kNoon;
    totals.problems = problems;
    bill.finish(totals);
    (void)out->finish();
    return text;
}

/// The file as a document; every string in it must be valid UTF-8.
rapidjson::Document parsed(const std::string& text) {
    rapidjson::Document d;
    d.Parse<rapidjson::kParseValidateEncodingFlag>(text.c_str(), text.size());
    EXPECT_FALSE(d.HasParseError()) << text;
    return d;
}

std::vector<std::string> refs(const rapidjson::Document& bill) {
    std::vector<std::string> out;
    for (const auto& c : bill["components"].GetArray()) out.emplace_back(c["bom-ref"].GetString());
    return out;
}

const rapidjson::Value& component(const rapidjson::Document& bill, std::string_view ref) {
    for (const auto& c : bill["components"].GetArray())
        if (c["bom-ref"].GetString() == ref) return c;
    ADD_FAILURE() << ref;
    return bill["components"];
}

std::vector<std::string> properties(const rapidjson::Value& owner, std::string_view name) {
    std::vector<std::string> out;
    for (const auto& p : owner["properties"].GetArray())
        if (p["name"].GetString() == name) out.emplace_back(p["value"].GetString());
    return out;
}

TEST(Cbom, HeadHasTheCapturesTime) {
    const rapidjson::Document bill = parsed(text_of({}));
    EXPECT_STREQ(bill["bomFormat"].GetString(), "CycloneDX");
    EXPECT_STREQ(bill["specVersion"].GetString(), "1.6");
    EXPECT_STREQ(bill["metadata"]["timestamp"].GetString(), "2026-11-22T12:00:00Z");
    EXPECT_STREQ(bill["metadata"]["tools"]["components"][0]["version"].GetString(), "0.1.0");
    EXPECT_THAT(bill["serialNumber"].GetString(),
                testing::MatchesRegex("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    EXPECT_TRUE(bill["components"].Empty());
}

TEST(Cbom, TheSerialNumberIsTheContents) {
    const std::string one = text_of({Handshake{0}.tls13()});
    EXPECT_EQ(one, text_of({Handshake{0}.tls13()}));
    const auto serial = [](const std::string& text) { return std::string{parsed(text)["serialNumber"].GetString()}; };
    EXPECT_NE(serial(one), serial(text_of({Handshake{0, "b.example"}.tls13()})));
}

TEST(Cbom, AProtocolHasItsSuitesAndWhatTheyAreMadeOf) {
    Handshake second{1, "b.example"};
    second.tls13().integer("sh_frame", 99);
    Handshake first{0, "a.example"};
    first.tls13().integer("sh_frame", 4);
    const rapidjson::Document bill = parsed(text_of({first, second}));
    EXPECT_THAT(refs(bill), ElementsAre("crypto/protocol/TLS 1.3", "crypto/algorithm/AES-128-GCM",
                                        "crypto/algorithm/SHA-256", "crypto/algorithm/X25519"));
    const auto& tls = component(bill, "crypto/protocol/TLS 1.3");
    const auto& suites = tls["cryptoProperties"]["protocolProperties"]["cipherSuites"];
    ASSERT_EQ(suites.Size(), 1U);
    EXPECT_STREQ(suites[0]["name"].GetString(), "TLS_AES_128_GCM_SHA256");
    EXPECT_STREQ(suites[0]["identifiers"][0].GetString(), "0x13");
    EXPECT_STREQ(suites[0]["identifiers"][1].GetString(), "0x01");
    EXPECT_STREQ(suites[0]["algorithms"][0].GetString(), "crypto/algorithm/AES-128-GCM");
    EXPECT_THAT(properties(tls, "tlsscope:server"), ElementsAre("a.example", "b.example"));
    EXPECT_THAT(properties(tls, "tlsscope:connections"), ElementsAre("2"));
    EXPECT_THAT(properties(tls, "tlsscope:first_frame"), ElementsAre("4"));
    EXPECT_STREQ(tls["evidence"]["occurrences"][0]["location"].GetString(), "capture.pcap");
}

TEST(Cbom, WhatWasOnlyOfferedIsNotInUse) {
    Handshake offered{0};
    offered.integer("version_offered", 0x0304).codes("ciphers_offered", {0x1301}).codes("groups_offered", {29});
    EXPECT_THAT(refs(parsed(text_of({offered}))), testing::IsEmpty());
}

TEST(Cbom, LevelsOnlyWhereAStandardGivesThem) {
    Handshake hybrid{0};
    hybrid.tls13().integer("group", 0x11ec);
    const rapidjson::Document bill = parsed(text_of({hybrid}));
    const auto level = [&](std::string_view ref, const char* name) {
        const auto& p = component(bill, ref)["cryptoProperties"]["algorithmProperties"];
        return p.HasMember(name) ? p[name].GetInt() : -1;
    };
    EXPECT_EQ(level("crypto/algorithm/ML-KEM-768", "nistQuantumSecurityLevel"), 3);
    EXPECT_EQ(level("crypto/algorithm/ML-KEM-768", "classicalSecurityLevel"), -1);
    EXPECT_EQ(level("crypto/algorithm/X25519", "nistQuantumSecurityLevel"), 0);
    EXPECT_EQ(level("crypto/algorithm/X25519", "classicalSecurityLevel"), 128);
    EXPECT_EQ(level("crypto/algorithm/AES-128-GCM", "nistQuantumSecurityLevel"), 1);
    for (const auto& d : bill["dependencies"].GetArray()) {
        if (d["ref"].GetString() != std::string_view{"crypto/algorithm/X25519MLKEM768"}) continue;
        ASSERT_EQ(d["dependsOn"].Size(), 2U);
        EXPECT_STREQ(d["dependsOn"][0].GetString(), "crypto/algorithm/X25519");
    }
}

TEST(Cbom, ACertificateOnceWithKeyAndSignature) {
    Handshake one{0};
    one.tls12(true).certificate("ab12", 10, "CN=example").integer("cert_frame", 7);
    Handshake two{1};
    two.tls12(true).certificate("ab12", 9, "CN=example");
    const rapidjson::Document bill = parsed(text_of({one, two, Handshake{2}.tls13()}));
    const auto& c = component(bill, "crypto/certificate/sha256:ab12");
    EXPECT_STREQ(c["cryptoProperties"]["certificateProperties"]["signatureAlgorithmRef"].GetString(),
                 "crypto/algorithm/ecdsa-with-SHA256");
    const std::string key = c["cryptoProperties"]["certificateProperties"]["subjectPublicKeyRef"].GetString();
    EXPECT_EQ(component(bill, key)["cryptoProperties"]["relatedCryptoMaterialProperties"]["size"].GetInt(), 256);
    EXPECT_THAT(properties(c, "tlsscope:connections"), ElementsAre("2"));
    EXPECT_THAT(properties(bill, "tlsscope:connections_with_hidden_certificate"), ElementsAre("1"));
}

TEST(Cbom, WhatFoundNoRoomIsCounted) {
    std::vector<Handshake> all;
    for (std::uint64_t i = 0; i < inventory::kMostEntries + 3; ++i)
        all.emplace_back(i).tls12(true).certificate(std::to_string(i), 10);
    EXPECT_THAT(properties(parsed(text_of(all)), "tlsscope:not_listed"), ElementsAre("3"));
}

TEST(Cbom, StrangersTextsStayWithinTheirStrings) {
    for (const std::string& text : synthetic::hostile_texts()) {
        Handshake h{0, text};
        h.tls12(true).certificate("ab", 3, text).text("cert_key", text).text("cert_sig", text);
        const std::string file = text_of({h}, {text});
        const rapidjson::Document bill = parsed(file);
        EXPECT_STREQ(bill["components"][0]["name"].GetString(), "TLS");
        for (const char c : file) ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
        for (const char* hidden : {"\xe2\x80\xae", "\xc2\x9b", "\xef\xbb\xbf"})
            EXPECT_EQ(file.find(hidden), std::string::npos);
    }
}

}  // namespace
}  // namespace tlsscope::report
