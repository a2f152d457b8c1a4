// Which rule a refusal is a case of, and the sentences with what this handshake shows.
#include "dissectors/tls/failure.h"

#include <gtest/gtest.h>

#include "dissectors/tls/failure_rules.h"
#include "dissectors/tls/remark_rules.h"
#include "stream_testing.h"

namespace tlsscope::tls::testing {

namespace {

Script tls12_up_to(std::size_t n, const Act& last) {
    Script script = tls12_full();
    script.erase(script.begin() + static_cast<std::ptrdiff_t>(n), script.end());
    script.push_back(last);
    return script;
}

Act hello() { return client(record(22, client_hello({}))); }

std::string rule_of(const Played& p) { return p.record.verdict == nullptr ? "" : std::string{p.record.verdict->name}; }

TEST(TlsFailure, EachAlertOfTheServerAfterTheClientHelloHasItsRule) {
    const std::pair<unsigned, const record::Rule*> cases[] = {
        {10, &kHandshakeAlert},      {40, &kNoCommonParameters}, {41, &kClientCertMissing}, {42, &kClientCertRefused},
        {48, &kClientCertRefused},   {47, &kHandshakeAlert},     {50, &kHandshakeAlert},    {60, &kNoCommonParameters},
        {70, &kNoCommonVersion},     {71, &kNoCommonParameters}, {80, &kHandshakeAlert},    {86, &kNoCommonVersion},
        {109, &kNoCommonParameters}, {112, &kNameNotServed},     {113, &kHandshakeAlert},   {116, &kClientCertMissing},
        {120, &kNoCommonAlpn},
    };
    for (const auto& [code, rule] : cases) {
        const Played p{{hello(), server(alert(2, code))}};
        EXPECT_EQ(rule_of(p), rule->finding.name) << code;
        EXPECT_TRUE(p.anomaly(std::string{rule->finding.name})) << code;
        EXPECT_EQ(p.record.severity, record::Severity::high);
    }
}

TEST(TlsFailure, TheClientsAlertsAreAboutTheServersCertificate) {
    for (const unsigned code : {42U, 43U, 44U, 45U, 46U, 48U, 49U, 113U})
        EXPECT_EQ(rule_of(Played{tls12_up_to(2, client(alert(2, code)))}), "server_cert_refused") << code;
    for (const unsigned code : {40U, 80U, 112U})
        EXPECT_EQ(rule_of(Played{tls12_up_to(2, client(alert(2, code)))}), "handshake_alert") << code;
}

TEST(TlsFailure, AfterTheServersFlightItsHandshakeFailureIsNotAboutTheOffer) {
    EXPECT_EQ(rule_of(Played{tls12_up_to(2, server(alert(2, 40)))}), "handshake_alert");
}

TEST(TlsFailure, WhatWasOfferedIsSaidWhereItMatters) {
    const Played version{{hello(), server(alert(2, 70))}};
    EXPECT_NE(version.record.diagnosis.find("settings. The client offered TLS 1.2 at most."), std::string::npos)
        << version.record.diagnosis;
    const Played suites{{hello(), server(alert(2, 40))}};
    EXPECT_NE(suites.record.diagnosis.find(" The client offered TLS 1.2 at most; cipher suites TLS_"),
              std::string::npos)
        << suites.record.diagnosis;
    const Played name{{hello(), server(alert(2, 112))}};
    EXPECT_NE(name.record.diagnosis.find("it does not serve the name www.example.com:"), std::string::npos)
        << name.record.diagnosis;
    const Played internal{{hello(), server(alert(2, 80))}};
    EXPECT_EQ(internal.record.diagnosis.find("offered"), std::string::npos) << internal.record.diagnosis;
}

TEST(TlsRemarks, ARetryNamesTheSharesAndTheGroup) {
    const Played p{tls13_retry()};
    EXPECT_EQ(rule_of(p), "hello_retry");
    EXPECT_NE(p.record.diagnosis.find("One round trip more"), std::string::npos) << p.record.diagnosis;
    EXPECT_NE(p.record.diagnosis.find("the first had key shares of"), std::string::npos) << p.record.diagnosis;
    EXPECT_EQ(rule_of(Played{tls13_full()}), "") << "without a retry nothing is said";
}

TEST(TlsRemarks, ARefusedResumption) {
    Hello ticket;
    ticket.session_id = fill(32, 0x11);
    Script script = tls12_full();
    script.front() = client(record(22, client_hello(ticket)));
    const Played p{script};
    EXPECT_EQ(rule_of(p), "resumption_refused") << p.facts();
    EXPECT_EQ(rule_of(Played{tls12_full()}), "") << "nothing was offered";
}

}  // namespace

}  // namespace tlsscope::tls::testing
