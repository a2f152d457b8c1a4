#include "report/inventory/groups.h"

#include <algorithm>
#include <array>

namespace tlsscope::report::inventory {

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// How names of the Open Quantum Safe fork begin: alone, and together with a curve.
constexpr std::array<std::string_view, 11> kExperiments{"frodo", "ntru", "lightsaber", "saber", "firesaber", "sidhp",
                                                        "sikep", "hqc",  "sntrup",     "bikel", "kyber"};
constexpr std::array<std::string_view, 3> kCurves{"p256_", "p384_", "p521_"};

template <class Prefixes>
bool begins_with_any(std::string_view text, const Prefixes& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view p) { return text.starts_with(p); });
}

struct Part {
    std::string_view in_name;
    std::string_view word;
};
constexpr std::array kWeak{Part{"_NULL_", "null_cipher"}, Part{"EXPORT", "export"},   Part{"_RC2_", "rc2"},
                           Part{"_RC4_", "rc4"},          Part{"_DES_", "des"},       Part{"_DES40_", "des"},
                           Part{"_3DES_", "3des"},        Part{"_anon_", "anonymous"}};
constexpr std::array<std::string_view, 3> kStaticRsa{"TLS_RSA_WITH_", "TLS_RSA_EXPORT", "SSL_RSA_"};

}  // namespace

std::string_view post_quantum_bucket(std::string_view group) {
    if (group.starts_with("MLKEM")) return "pure";
    if (has(group, "MLKEM")) return "hybrid";
    if (has(group, "Kyber") || group.starts_with("CECPQ") || begins_with_any(group, kCurves)) return "draft";
    return begins_with_any(group, kExperiments) ? "pure" : std::string_view{};
}

std::vector<std::string_view> weaknesses_of(std::string_view suite) {
    std::vector<std::string_view> out;
    for (const Part& p : kWeak)
        if (has(suite, p.in_name)) out.push_back(p.word);
    if (suite.starts_with("TLS_SHA")) out.emplace_back("null_cipher");  // RFC 9150: integrity only
    if (begins_with_any(suite, kStaticRsa)) out.emplace_back("static_rsa");
    return out;
}

}  // namespace tlsscope::report::inventory
