// Messages spelled out: every one of a handshake, with its fields.
#include "dissectors/tls/ladder.h"

#include <gtest/gtest.h>

#include "stream_testing.h"

namespace tlsscope::tls::testing {

namespace {

std::vector<std::string> names(const Script& script) {
    Play play;
    play.ladder = true;
    const Played p{script, play};
    std::vector<std::string> out;
    for (const record::Message& m : p.messages)
        out.push_back(std::string(m.from == Side::client ? "C " : "S ") + m.name + " " + std::to_string(m.first.frame) +
                      "-" + std::to_string(m.last.frame) + (m.inferred ? " inferred" : ""));
    return out;
}

TEST(TlsLadder, TellsATls12Handshake) {
    EXPECT_EQ(names(tls12_full()),
              (std::vector<std::string>{"C ClientHello 1-1", "S ServerHello 2-2", "S Certificate 3-3",
                                        "S ServerKeyExchange 3-3", "S ServerHelloDone 4-4", "C ClientKeyExchange 5-5",
                                        "C ChangeCipherSpec 5-5", "C Finished 5-5", "S ChangeCipherSpec 6-6",
                                        "S Finished 6-6", "C Application Data 7-7", "S Application Data 8-8"}));
}

TEST(TlsLadder, MarksWhatIsInferred) {
    const auto seen = names(tls13_retry());
    EXPECT_EQ(seen[1], "S HelloRetryRequest 2-2");
    EXPECT_EQ(seen[4], "C ClientHello 3-3");
    EXPECT_EQ(seen[5], "S ServerHello 4-4");
    EXPECT_NE(std::find(seen.begin(), seen.end(), "C Finished 6-6 inferred"), seen.end());
}

TEST(TlsLadder, AMessageWhoseEndIsLostIsShownWhereItBegan) {
    Script script = tls12_full();
    const Blob ccs = change_cipher_spec();
    script[4] = client(record(22, client_key_exchange()) + Blob{ccs.begin(), ccs.end() - 1});
    script.insert(script.begin() + 5, lost(Side::client, 1));
    EXPECT_EQ(names(script)[6], "C ChangeCipherSpec 5-5");
}

TEST(TlsLadder, NothingIsBuiltUnlessAskedFor) { EXPECT_TRUE(Played{tls12_full()}.messages.empty()); }

TEST(TlsLadder, FactsDoNotDependOnIt) {
    Play play;
    play.ladder = true;
    for (const auto& [name, script] : all_stories())
        EXPECT_EQ(Played(script, play).facts(), Played(script).facts()) << name;
}

std::string fields(const record::Message& m) {
    std::string out;
    for (const record::Field& f : m.fields) out += std::string(f.depth, ' ') + f.name + "=" + f.value + "\n";
    return out;
}

TEST(TlsLadder, SpellsTheClientHelloOut) {
    Play play;
    play.ladder = true;
    const Played p{{client(record(22, client_hello(Hello{}.tls13().with(extension(16, vec16(vec8(text("h2"))))))))},
                   play};
    ASSERT_EQ(p.messages.size(), 1U);
    const std::string shown = fields(p.messages[0]);
    EXPECT_NE(shown.find("legacy_version=TLS 1.2 (0x0303)\n"), std::string::npos) << shown;
    EXPECT_NE(shown.find("cipher_suites=TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384"), std::string::npos);
    EXPECT_NE(shown.find(" server_name=www.example.com\n"), std::string::npos);
    EXPECT_NE(shown.find(" supported_versions=TLS 1.3, TLS 1.2\n"), std::string::npos);
    EXPECT_NE(shown.find(" key_share=x25519 (32 bytes)\n"), std::string::npos);
    EXPECT_NE(shown.find("application_layer_protocol_negotiation=h2\n"), std::string::npos);
    for (const record::Field& f : p.messages[0].fields) EXPECT_TRUE(f.depth == 0 || !f.meaning.empty()) << f.name;
}

TEST(TlsLadder, SpellsARetryOut) {
    Play play;
    play.ladder = true;
    const Act hello = client(record(22, client_hello(Hello{}.tls13())));
    ServerChoice choice;
    choice.retry().extensions.push_back(extension(44, vec16(fill(20))));
    const Played p{{hello, server(record(22, server_hello(choice)))}, play};
    ASSERT_EQ(p.messages.size(), 2U);
    EXPECT_EQ(p.messages[1].name, "HelloRetryRequest");
    EXPECT_NE(fields(p.messages[1]).find(" key_share=secp256r1: wanted\n"), std::string::npos);
    EXPECT_NE(fields(p.messages[1]).find(" cookie=20 bytes\n"), std::string::npos) << fields(p.messages[1]);

    const Blob draft = handshake(6, u16(0x7f15) + u16(0x1301) + vec16(extension(40, u16(23))));
    const Played old{{hello, server(record(22, draft))}, play};
    ASSERT_EQ(old.messages.size(), 2U);
    EXPECT_EQ(old.messages[1].name, "HelloRetryRequest");
    const std::string shown = fields(old.messages[1]);
    EXPECT_NE(shown.find("server_version=TLS 1.3 draft 21 (0x7f15)\ncipher_suite=TLS_AES_128_GCM_SHA256"),
              std::string::npos)
        << shown << "no random, no session ID, no compression: it has none";
    EXPECT_NE(shown.find(" key_share_draft=secp256r1: wanted\n"), std::string::npos) << shown;
}

TEST(TlsLadder, ExplainsAlerts) {
    Play play;
    play.ladder = true;
    const Played p{{client(record(22, client_hello({}))), server(alert(2, 48))}, play};
    ASSERT_EQ(p.messages.size(), 2U);
    EXPECT_EQ(p.messages[1].name, "Alert");
    EXPECT_EQ(fields(p.messages[1]), "level=fatal\ndescription=unknown_ca (48)\n");
    EXPECT_FALSE(p.messages[1].fields[1].meaning.empty());
}

}  // namespace
}  // namespace tlsscope::tls::testing
