// What the inventory reads off names, for every name the registries have: beside the dissector's own answer, which it
// may not ask.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "dissectors/tls/names.h"
#include "dissectors/tls/strength.h"
#include "report/inventory/algorithms.h"
#include "report/inventory/groups.h"

namespace tlsscope {
namespace {

using report::inventory::Algorithm;
using report::inventory::algorithm_of_key;
using report::inventory::algorithm_of_signature;
using report::inventory::algorithms_of_group;
using report::inventory::algorithms_of_suite;
using report::inventory::bits_of_key;
using testing::ElementsAre;
using testing::IsEmpty;

template <class Function>
void for_each_suite(Function use) {
    std::size_t count = 0;
    for (unsigned code = 0; code <= 0xffff; ++code) {
        if (!tls::is_known_cipher(static_cast<std::uint16_t>(code))) continue;
        use(static_cast<std::uint16_t>(code), tls::name_of(tls::cipher_name, code));
        ++count;
    }
    EXPECT_GT(count, 350U);
}

std::vector<std::string> names(const std::vector<Algorithm>& all) {
    std::vector<std::string> out;
    for (const Algorithm& a : all) out.push_back(a.name);
    return out;
}

const Algorithm* encryption(const std::vector<Algorithm>& all) {
    const auto it = std::find_if(all.begin(), all.end(), [](const Algorithm& a) {
        return a.primitive == "ae" || a.primitive == "block-cipher" || a.primitive == "stream-cipher";
    });
    return it == all.end() ? nullptr : &*it;
}

bool is(const Algorithm& a, std::initializer_list<std::string_view> primitives) {
    return std::find(primitives.begin(), primitives.end(), a.primitive) != primitives.end();
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

TEST(SuiteNames, EverySuiteHasItsEncryption) {
    for_each_suite([](std::uint16_t code, const std::string& name) {
        const std::vector<Algorithm> all = algorithms_of_suite(name);
        const bool none = has(name, "NULL") || name == "TLS_SHA256_SHA256" || name == "TLS_SHA384_SHA384";
        EXPECT_EQ(encryption(all) == nullptr, none) << name << ' ' << code;
        EXPECT_LE(std::count_if(all.begin(), all.end(), [](const Algorithm& a) { return is(a, {"hash", "mac"}); }), 1);
    });
}

/// RFC 5246 appendix C: encryption by blocks or a stream has a code of its own, authenticated encryption a hash.
TEST(SuiteNames, EverySuiteHasAHashOrACode) {
    for_each_suite([](std::uint16_t, const std::string& name) {
        const std::vector<Algorithm> all = algorithms_of_suite(name);
        const bool sealed = encryption(all) != nullptr && encryption(all)->primitive == "ae";
        const bool found = std::any_of(all.begin(), all.end(),
                                       [&](const Algorithm& a) { return a.primitive == (sealed ? "hash" : "mac"); });
        const bool says_nothing = name == "TLS_NULL_WITH_NULL_NULL" || has(name, "_MGM_");
        EXPECT_EQ(found, !says_nothing) << name;
    });
}

TEST(SuiteNames, KeyExchangeIsTheDissectors) {
    for_each_suite([](std::uint16_t code, const std::string& name) {
        const std::vector<Algorithm> all = algorithms_of_suite(name);
        const bool found = std::any_of(all.begin(), all.end(), [](const Algorithm& a) {
            return is(a, {"key-agree", "pke", "combiner", "other"});
        });
        switch (tls::key_exchange_of(code)) {
            case tls::KeyExchange::none:
            case tls::KeyExchange::psk: EXPECT_FALSE(found) << name; break;
            case tls::KeyExchange::tls13: EXPECT_EQ(found, has(name, "GOST")) << name; break;
            default: EXPECT_TRUE(found) << name;
        }
    });
}

/// Encryption that the column `weaknesses` names.
bool is_weak(std::uint16_t code) {
    constexpr std::array kWords{"null_cipher", "export", "rc2", "rc4", "des", "3des"};
    tls::StrengthCache cache;
    const auto& words = cache.weaknesses_of_suite(code);
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](std::string_view w) { return std::find(words.begin(), words.end(), w) != words.end(); });
}

TEST(SuiteNames, WhatIsWeakHasNoCategoryAndWhatIsStrongNoNumberBelow128) {
    for_each_suite([](std::uint16_t code, const std::string& name) {
        const std::vector<Algorithm> all = algorithms_of_suite(name);
        const Algorithm* a = encryption(all);
        if (a == nullptr) return;
        if (is_weak(code)) {
            EXPECT_EQ(a->quantum, 0) << name;
        } else if (!has(name, "FORTEZZA")) {  // 80 bits, and long forgotten
            EXPECT_GE(a->classical.value_or(128), 128) << name;
        }
    });
}

TEST(SuiteNames, OneNameOneAlgorithm) {
    std::map<std::string, Algorithm> seen;
    for_each_suite([&](std::uint16_t, const std::string& name) {
        for (const Algorithm& a : algorithms_of_suite(name)) {
            const Algorithm& first = seen.emplace(a.name, a).first->second;
            EXPECT_EQ(std::tie(a.primitive, a.parameter, a.mode, a.classical, a.quantum),
                      std::tie(first.primitive, first.parameter, first.mode, first.classical, first.quantum))
                << name << ' ' << a.name;
        }
    });
}

TEST(SuiteNames, SomeInFull) {
    const auto of = [](std::string_view name) { return names(algorithms_of_suite(name)); };
    EXPECT_THAT(of("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                ElementsAre("ECDHE", "RSA-signature", "AES-128-GCM", "SHA-256"));
    EXPECT_THAT(of("TLS_AES_256_GCM_SHA384"), ElementsAre("AES-256-GCM", "SHA-384"));
    EXPECT_THAT(of("TLS_RSA_WITH_3DES_EDE_CBC_SHA"), ElementsAre("RSAES-PKCS1-v1_5", "3DES-EDE-CBC", "HMAC-SHA-1"));
    EXPECT_THAT(of("TLS_DHE_DSS_WITH_AES_256_CBC_SHA256"), ElementsAre("DHE", "DSA", "AES-256-CBC", "HMAC-SHA-256"));
    EXPECT_THAT(of("TLS_PSK_WITH_AES_128_CCM_8"), ElementsAre("AES-128-CCM-8", "SHA-256"));
    EXPECT_THAT(of("TLS_RSA_WITH_NULL_SHA256"), ElementsAre("RSAES-PKCS1-v1_5", "HMAC-SHA-256"));
    EXPECT_THAT(of("TLS_DH_anon_WITH_AES_128_CBC_SHA"), ElementsAre("DH", "AES-128-CBC", "HMAC-SHA-1"));
    EXPECT_THAT(of("TLS_FALLBACK_SCSV"), IsEmpty());
    EXPECT_THAT(of("0x1a2b"), IsEmpty());
}

/// All of the words that a name alone can say.
TEST(SuiteNames, WeaknessesAreTheDissectors) {
    constexpr std::array<std::string_view, 8> kWords{"null_cipher", "export", "rc2",        "rc4",
                                                     "des",         "3des",   "static_rsa", "anonymous"};
    tls::StrengthCache cache;
    for_each_suite([&](std::uint16_t code, const std::string& name) {
        std::vector<std::string_view> theirs = cache.weaknesses_of_suite(code);
        std::erase_if(theirs,
                      [&](std::string_view w) { return std::find(kWords.begin(), kWords.end(), w) == kWords.end(); });
        EXPECT_THAT(report::inventory::weaknesses_of(name), testing::UnorderedElementsAreArray(theirs)) << name;
    });
}

TEST(GroupNames, BucketsAreTheDissectors) {
    for (unsigned code = 0; code <= 0xffff; ++code) {
        const std::string name = tls::name_of(tls::group_name, code);
        const std::string_view ours = report::inventory::post_quantum_bucket(name);
        switch (tls::post_quantum(static_cast<std::uint16_t>(code))) {
            case tls::PostQuantum::no: EXPECT_EQ(ours, "") << name; break;
            case tls::PostQuantum::pure: EXPECT_EQ(ours, "pure") << name; break;
            case tls::PostQuantum::hybrid: EXPECT_EQ(ours, "hybrid") << name; break;
            case tls::PostQuantum::hybrid_draft: EXPECT_EQ(ours, "draft") << name; break;
        }
    }
}

/// A standard's category only for what a standard defines; 0 only for what a quantum computer breaks.
TEST(GroupNames, CategoriesFollowTheBuckets) {
    for (unsigned code = 0; code <= 0xffff; ++code) {
        const std::string name = tls::name_of(tls::group_name, code);
        const Algorithm first = algorithms_of_group(name).front();
        const std::string_view bucket = report::inventory::post_quantum_bucket(name);
        EXPECT_EQ(first.quantum.value_or(0) > 0, has(name, "MLKEM")) << name;
        EXPECT_FALSE(!bucket.empty() && first.quantum == 0) << name;
        EXPECT_TRUE(tls::is_known_group(static_cast<std::uint16_t>(code)) || !first.quantum) << name;
    }
}

TEST(GroupNames, DraftsHaveAPrimitiveAndNoLevel) {
    const Algorithm draft = algorithms_of_group("X25519Kyber768Draft00").front();
    EXPECT_EQ(draft.primitive, "combiner");
    EXPECT_FALSE(draft.quantum || draft.classical);
    EXPECT_EQ(algorithms_of_group("kyber768").front().primitive, "kem");
    EXPECT_EQ(algorithms_of_group("0x1234").front().primitive, "unknown");
}

TEST(GroupNames, AHybridIsMadeOfTwo) {
    const std::vector<Algorithm> all = algorithms_of_group("SecP384r1MLKEM1024");
    EXPECT_THAT(names(all), ElementsAre("SecP384r1MLKEM1024", "ECDH-secp384r1", "ML-KEM-1024"));
    EXPECT_THAT(all[0].parts, ElementsAre("ECDH-secp384r1", "ML-KEM-1024"));
    EXPECT_EQ(all[0].primitive, "combiner");
    EXPECT_EQ(all[0].quantum, 5);
    EXPECT_EQ(all[1].quantum, 0);
    EXPECT_EQ(all[1].classical, 192);
    EXPECT_THAT(algorithms_of_group("x25519").front().parts, IsEmpty());
}

TEST(SignatureNames, OfTlsAndOfCertificates) {
    EXPECT_EQ(algorithm_of_signature("ecdsa_secp256r1_sha256").curve, "secp256r1");
    EXPECT_EQ(algorithm_of_signature("ecdsa_secp256r1_sha256").classical, 128);
    EXPECT_EQ(algorithm_of_signature("sha256WithRSAEncryption").quantum, 0);
    EXPECT_EQ(algorithm_of_signature("mldsa65").name, "ML-DSA-65");
    EXPECT_EQ(algorithm_of_signature("ML-DSA-65").quantum, 3);
    EXPECT_EQ(algorithm_of_signature("SLH-DSA-SHAKE-256f").quantum, 5);
    EXPECT_EQ(algorithm_of_signature("p256_falcon512").quantum, std::nullopt) << "an experiment's";
    EXPECT_EQ(algorithm_of_signature("1.2.3.4").quantum, std::nullopt);
}

TEST(KeyNames, SizeCurveAndStrength) {
    EXPECT_EQ(bits_of_key("RSA 2048"), 2048U);
    EXPECT_EQ(bits_of_key("EC P-521"), 521U);
    EXPECT_EQ(bits_of_key("1.2.840.10045.2.1"), 0U);
    EXPECT_EQ(algorithm_of_key("RSA 2048").classical, 112);
    EXPECT_EQ(algorithm_of_key("RSA 2047").classical, 80);
    EXPECT_EQ(algorithm_of_key("RSA 1023").classical, std::nullopt);
    EXPECT_EQ(algorithm_of_key("RSA 3072").parameter, "3072");
    EXPECT_EQ(algorithm_of_key("EC P-256").classical, 128);
    EXPECT_EQ(algorithm_of_key("EC P-256").curve, "P-256");
    EXPECT_EQ(algorithm_of_key("ML-DSA-44").quantum, 2);
    EXPECT_EQ(algorithm_of_key("Ed25519").quantum, 0);
}

}  // namespace
}  // namespace tlsscope
