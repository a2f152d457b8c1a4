// Torture cases S1 to S8 and others that samples/ shows as real peers do it: what is said of those captures.
#include <gtest/gtest.h>

#include "support/facts.h"
#include "support/samples.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;

/// Connection n of a sample has these cells ("": empty) and exactly these anomalies.
void expect_sample(const std::string& file, std::size_t n, const Facts& cells,
                   const std::set<std::string>& anomalies = {}) {
    SCOPED_TRACE(file + " connection " + std::to_string(n));
    const Analyzed run = analyze_files({sample_path(file)});
    ASSERT_LT(n, run.records.size());
    const auto& r = run.records[n];
    for (const auto& [column, value] : cells) EXPECT_EQ(cell(r, column), value) << column;
    std::set<std::string> found;
    for (const auto& e : r.anomalies.entries()) found.insert(std::string{e.anomaly->name});
    found.erase("cert_validity_long");  // the peers' certificates are valid for twenty years
    EXPECT_EQ(found, anomalies);
}

const Facts kOurCertificate = {{"cert_subject", "O=Example,CN=www.example.com"},
                               {"cert_issuer", "O=Example Trust,CN=Example Root CA"},
                               {"cert_key", "RSA 2048"},
                               {"chain_len", "1"},
                               {"cert_status", "ok_dates"},
                               {"tls_outcome", "complete"}};

TEST(TortureSamples, S1_Tls12Full) {
    expect_sample("tls12-openssl-rsa.pcapng", 0, kOurCertificate);
    expect_sample("tls12-openssl-rsa.pcapng", 0,
                  {{"version", "TLS 1.2"}, {"resumed", "false"}, {"group", "x25519"}, {"tls_rtts", "2"}});
}

TEST(TortureSamples, S2_Tls13) {
    expect_sample("tls13-openssl-rsa.pcapng", 0,
                  {{"version", "TLS 1.3"},
                   {"resumed", "false"},
                   {"group", "x25519"},
                   {"cert_status", "hidden_tls13"},
                   {"inferred", "true"},
                   {"tls_rtts", "1"},
                   {"tls_outcome", "complete"}});
}

TEST(TortureSamples, S3_OlderVersions) {
    expect_sample("tls10-openssl-rsa.pcap", 0, kOurCertificate);
    expect_sample("tls10-openssl-rsa.pcap", 0, {{"version", "TLS 1.0"}});
    expect_sample("tls11-openssl-rsa.pcapng", 0, kOurCertificate);
    expect_sample("tls11-openssl-rsa.pcapng", 0, {{"version", "TLS 1.1"}});
}

TEST(TortureSamples, S4_AHelloRetryRequestIsOneHandshake) {
    expect_sample("tls13-hello-retry-request.pcapng", 0,
                  {{"hrr", "true"},
                   {"key_shares", "x25519"},
                   {"group", "secp384r1"},
                   {"sni_alt", ""},
                   {"tls_rtts", "2"},
                   {"tls_outcome", "complete"}},
                  {"hello_retry"});
    EXPECT_EQ(analyze_files({sample_path("tls13-hello-retry-request.pcapng")}).records.size(), 1U);
}

TEST(TortureSamples, S5_ResumptionBySessionId) {
    expect_sample("tls12-resume-session-id.pcap", 0, {{"resumed", "false"}, {"resumption_kind", ""}});
    expect_sample("tls12-resume-session-id.pcap", 1,
                  {{"resumed", "true"}, {"resumption_kind", "session_id"}, {"chain_len", ""}, {"cert_status", "none"}});
}

TEST(TortureSamples, S6_ResumptionByTicket) {
    expect_sample("tls12-resume-ticket.pcap", 1,
                  {{"resumed", "true"}, {"resumption_kind", "ticket"}, {"cert_status", "none"}, {"tls_rtts", "1"}});
}

TEST(TortureSamples, S7_ResumptionByPskExpectsNoCertificate) {
    expect_sample("tls13-psk-resumption.pcapng", 1,
                  {{"resumed", "true"}, {"resumption_kind", "psk"}, {"cert_status", "none"}, {"chain_len", ""}});
}

TEST(TortureSamples, S8_EarlyDataIsNoError) {
    expect_sample("tls13-early-data.pcap", 1, {{"early_data", "accepted"}, {"tls_outcome", "complete"}});
    expect_sample("tls13-early-data-rejected.pcap", 1, {{"early_data", "rejected"}, {"tls_outcome", "complete"}},
                  {"resumption_refused"});
}

TEST(TortureSamples, S46_S56_ABrowsersGreaseAndItsDecoyOfAnEncryptedHello) {
    expect_sample("tls13-chromium-pq-grease.pcapng", 0,
                  {{"ech", "outer"},
                   {"sni", "www.example.com"},
                   {"version_offered", "TLS 1.3"},
                   {"key_shares", "GREASE (0xbaba), X25519MLKEM768, x25519"},
                   {"tls_outcome", "complete"}},
                  {"ech_outer"});
    // Both connections of one browser: other GREASE, another order of extensions, the same client.
    const Analyzed run = analyze_files({sample_path("tls13-chromium-pq-grease.pcapng")});
    ASSERT_EQ(run.records.size(), 2U);
    EXPECT_EQ(cell(run.records[0], "ja4"), cell(run.records[1], "ja4"));
    EXPECT_NE(cell(run.records[0], "key_shares"), cell(run.records[1], "key_shares"));
}

TEST(TortureSamples, S54_AHelloLongerThanASegment) {
    expect_sample("tls13-chromium-mlkem-chosen.pcapng", 0,
                  {{"sni", "www.example.com"}, {"group", "X25519MLKEM768"}, {"client_hello_bytes", "1982"}},
                  {"ech_outer"});
}

TEST(TortureSamples, S58_Renegotiation) {
    expect_sample("tls12-renegotiation.pcap", 0, kOurCertificate);
    expect_sample("tls12-renegotiation.pcap", 0, {{"renegotiations", "1"}});
}

TEST(TortureSamples, S60_AFatalAlert) {
    expect_sample("fail-no-shared-cipher-tls12.pcap", 0,
                  {{"alert", "handshake_failure"}, {"alert_from", "server"}, {"tls_outcome", "alert"}},
                  {"no_common_parameters"});
}

TEST(TortureSamples, S63_AnEncryptedAlert) {
    expect_sample("fail-unknown-ca-tls13-java.pcap", 0,
                  {{"alert", ""}, {"alert_from", "client"}, {"tls_outcome", "alert"}}, {"server_cert_refused"});
}

TEST(TortureSamples, S65_HttpOnATlsPort) {
    expect_sample("http-on-tls-port.pcap", 0, {{"service", ""}, {"tls_outcome", ""}}, {"plaintext_on_tls_port"});
    expect_sample("tls-to-http-server.pcap", 0, {{"tls_outcome", "not_tls"}}, {"server_not_tls"});
}

TEST(TortureSamples, S67_StarttlsConnectProxyAndAnyPort) {
    for (const char* file :
         {"starttls-smtp.pcapng", "http-connect-proxy.pcap", "proxy-protocol-v1.pcap", "odd-port.pcap"})
        expect_sample(file, 0, {{"sni", "www.example.com"}, {"tls_outcome", "complete"}});
}

TEST(TortureSamples, S69_BothChains) {
    expect_sample("tls12-client-cert.pcapng", 0,
                  {{"client_auth", "sent"},
                   {"client_cert_subject", "O=Example,CN=alice"},
                   {"cert_subject", "O=Example,CN=www.example.com"},
                   {"chain_len", "2"}});
}

}  // namespace
}  // namespace tlsscope::pipeline
