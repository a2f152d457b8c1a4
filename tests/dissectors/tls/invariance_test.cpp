// However a stream is cut, and whatever is missing of it: the same facts, or fewer, never others.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <sstream>

#include "stream_testing.h"

namespace tlsscope::tls::testing {

namespace {

std::vector<std::size_t> ones(std::size_t size) { return std::vector<std::size_t>(size, 1); }

/// Delivered in chunks of one frame each, a segment cut at one place must give what the uncut one gives.
TEST(TlsInvariance, OneByteAtATime) {
    for (const auto& [name, script] : all_stories())
        EXPECT_EQ(Played(script).facts(), Played(script, {.cuts = ones}).facts()) << name;
}

TEST(TlsInvariance, CutAtEveryPlace) {
    for (const auto& [name, script] : all_stories()) {
        const std::string whole = Played(script).facts();
        for (std::size_t place = 1; place < 700; ++place) {
            const auto at_place = [&](std::size_t size) -> std::vector<std::size_t> {
                if (place >= size) return {size};
                return {place, size - place};
            };
            ASSERT_EQ(whole, Played(script, {.cuts = at_place}).facts()) << name << " cut at " << place;
        }
    }
}

TEST(TlsInvariance, CutAtRandom) {
    std::mt19937 random{7};
    const auto anywhere = [&](std::size_t size) {
        std::vector<std::size_t> out;
        while (size > 0) {
            const std::size_t n =
                std::uniform_int_distribution<std::size_t>{1, std::min<std::size_t>(size, 97)}(random);
            out.push_back(n);
            size -= n;
        }
        return out;
    };
    for (const auto& [name, script] : all_stories()) {
        const std::string whole = Played(script).facts();
        for (int round = 0; round < 40; ++round) ASSERT_EQ(whole, Played(script, {.cuts = anywhere}).facts()) << name;
    }
}

/// Facts that say how well something was seen, or that a later message would correct.
bool may_differ(const std::string& name) {
    for (const char* other : {"tls_outcome", "established", "inferred", "tls_records", "tls_rtts", "diagnosis",
                              "outcome", "anomaly", "ttfb", "request", "answer", "early_data"})
        if (name.find(other) != std::string::npos) return true;
    return false;
}

std::map<std::string, std::string> lines(const std::string& facts) {
    std::map<std::string, std::string> out;
    std::istringstream in{facts};
    for (std::string line; std::getline(in, line);) {
        const std::size_t equals = line.find(" = ");
        if (equals != std::string::npos) out[line.substr(0, equals)] = line.substr(equals + 3);
    }
    return out;
}

/// Every fact of a play with losses is a fact of the whole one.
void expect_no_other_facts(const std::string& whole, const Script& damaged, const std::string& what) {
    const auto truth = lines(whole);
    for (const auto& [name, value] : lines(Played(damaged).facts())) {
        if (may_differ(name)) continue;
        const auto it = truth.find(name);
        ASSERT_NE(it, truth.end()) << what << ": " << name << " = " << value;
        if (name == "client_auth" && value == "requested") continue;  // true, if not all of it
        ASSERT_EQ(it->second, value) << what << ": " << name;
    }
}

TEST(TlsGaps, AnySegmentMayBeMissing) {
    for (const auto& [name, script] : all_stories()) {
        const std::string whole = Played(script).facts();
        for (std::size_t i = 0; i < script.size(); ++i) {
            Script damaged = script;
            damaged[i] = lost(script[i].from, script[i].bytes.size());
            expect_no_other_facts(whole, damaged, name + " without segment " + std::to_string(i + 1));
        }
    }
}

/// The capture cut every packet at some length: what is left must be true.
TEST(TlsGaps, AnySnapLength) {
    for (const auto& [name, script] : all_stories()) {
        const std::string whole = Played(script).facts();
        for (std::size_t snap = 1; snap < 600; ++snap) {
            Script damaged;
            for (const Act& act : script) {
                Act head = act;
                head.snap = snap;
                damaged.push_back(head);
            }
            expect_no_other_facts(whole, damaged, name + " at snap length " + std::to_string(snap));
            if (HasFatalFailure()) break;
        }
    }
}

TEST(TlsGaps, FactsBeforeTheGapStay) {
    Script script = tls12_full();
    script[2] = lost(Side::server, script[2].bytes.size());
    const Played p{script};
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_EQ(p.text("version"), "TLS 1.2");
    EXPECT_FALSE(p.has("cert_sha256"));
    EXPECT_EQ(p.text("tls_outcome"), "complete") << p.facts();
}

/// False start after a gap: the client's next protocol and data make the handshake look over while the server's
/// ChangeCipherSpec is still to come.
TEST(TlsGaps, TheServersFirstChangeOfCipherIsNoRenegotiation) {
    Script script = tls12_full();
    for (const std::size_t i : {2U, 3U}) script[i] = lost(Side::server, script[i].bytes.size());
    script.insert(script.begin() + 5, client(encrypted_finished()));
    script.insert(script.begin() + 6, client(application(300)));
    const Played p{script};
    EXPECT_EQ(p.text("tls_outcome"), "complete") << p.facts();
    EXPECT_EQ(p.text("renegotiations"), "0");
}

TEST(TlsGaps, ATruncatedClientHelloStillNamesTheServer) {
    Script script = {client(record(22, client_hello(Hello{}.with(extension(21, fill(400, 0)))), 0x0301))};
    script[0].snap = 200;
    const Played p{script};
    EXPECT_EQ(p.text("sni"), "www.example.com") << p.facts();
    EXPECT_TRUE(p.anomaly("hs_trunc"));
    EXPECT_FALSE(p.has("ja3")) << "half a hello has another fingerprint";
    EXPECT_EQ(p.text("ch_frame"), "1") << "the packet was there, though cut";
}

}  // namespace
}  // namespace tlsscope::tls::testing
