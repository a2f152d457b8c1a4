#include "dissectors/tls/strength.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "dissectors/tls/columns.h"
#include "dissectors/tls/names.h"
#include "dissectors/tls/wire/types.h"

namespace tlsscope::tls {

namespace {

using record::Row;
using record::Value;

using Words = std::vector<std::string_view>;

constexpr std::uint16_t kRenegotiationInfo = 0xff01;
constexpr std::int64_t kWeakDhBits = 2048;

std::optional<std::uint16_t> code_of(const Row& row, const record::Column& c) {
    const Value v = row.get(c);
    if (v.empty()) return std::nullopt;
    return static_cast<std::uint16_t>(v.integer());
}

/// RFC 6176, RFC 7568, RFC 8996.
std::string_view old_version(std::uint16_t version) {
    switch (version) {
        case version::kSsl2: return "ssl2";
        case version::kSsl3: return "ssl3";
        case version::kTls10: return "tls10";
        case version::kTls11: return "tls11";
        default: return {};
    }
}

Words read_suite(std::uint16_t cipher) {
    Words words;
    struct Part {
        std::string_view in_name;
        std::string_view word;
    };
    constexpr std::array kParts{Part{"_NULL_", "null_cipher"}, Part{"EXPORT", "export"}, Part{"_RC2_", "rc2"},
                                Part{"_RC4_", "rc4"},          Part{"_DES_", "des"},     Part{"_DES40_", "des"},
                                Part{"_3DES_", "3des"},        Part{"_CBC_", "cbc"}};
    const std::string name = name_of(cipher_name, cipher);
    if (is_tls13_cipher(cipher)) {
        if (name.starts_with("TLS_SHA")) words.emplace_back("null_cipher");  // RFC 9150: integrity only
        return words;
    }
    for (const Part& p : kParts)
        if (name.find(p.in_name) != std::string::npos) words.push_back(p.word);
    const KeyExchange kind = key_exchange_of(cipher);
    if (kind == KeyExchange::rsa || kind == KeyExchange::rsa_export) words.emplace_back("static_rsa");
    else if (!has_forward_secrecy(kind)) words.emplace_back("no_forward_secrecy");
    if (is_anonymous(kind)) words.emplace_back("anonymous");
    return words;
}

/// The server said that it does not know RFC 5746, which every version before TLS 1.3 needs.
bool renegotiates_insecurely(const Row& row) {
    const Value extensions = row.get(column("extensions_server"));
    if (extensions.empty()) return false;
    for (std::size_t i = 0; i < extensions.list_size(); ++i)
        if (extensions.code_at(i) == kRenegotiationInfo) return false;
    return true;
}

void add_signature(std::uint16_t scheme, Words& words) {
    const std::string name = name_of(signature_scheme_name, scheme);
    if (name.find("md5") != std::string::npos) words.emplace_back("md5_signature");
    if (name.find("sha1") != std::string::npos) words.emplace_back("sha1_signature");
}

Words weaknesses(const Row& row, std::uint16_t version, StrengthCache& cache) {
    Words words;
    const bool older = !version::is_tls13(version);
    if (const std::string_view word = old_version(version); !word.empty()) words.push_back(word);
    if (const auto cipher = code_of(row, column("cipher"))) {
        const Words& of_suite = cache.weaknesses_of_suite(*cipher);
        words.insert(words.end(), of_suite.begin(), of_suite.end());
    }
    if (const auto scheme = code_of(row, column("signature_scheme"))) add_signature(*scheme, words);
    if (const Value bits = row.get(column("dh_bits")); !bits.empty() && bits.integer() < kWeakDhBits)
        words.emplace_back("dh_small");
    if (const auto method = code_of(row, column("compression")); older && method.value_or(0) != 0)
        words.emplace_back("compression");
    if (older && renegotiates_insecurely(row)) words.emplace_back("insecure_renegotiation");
    return words;
}

using Bucket = QuantumBucket;

constexpr std::array<std::string_view, 5> kBucketNames{"unknown", "classical", "draft", "pure", "hybrid"};

std::string_view name(Bucket b) { return kBucketNames[static_cast<std::size_t>(b)]; }

Bucket read_group(std::uint16_t group) {
    switch (post_quantum(group)) {
        case PostQuantum::hybrid: return Bucket::hybrid;
        case PostQuantum::pure: return Bucket::pure;
        case PostQuantum::hybrid_draft: return Bucket::draft;
        case PostQuantum::no: break;
    }
    return is_known_group(group) ? Bucket::classical : Bucket::unknown;
}

/// The best of the groups; a client without any (TLS 1.2 with RSA or DHE) offers classical ones. Half a ClientHello
/// does not say that there are none, and has no fingerprint.
Bucket offered(const Value& groups, StrengthCache& cache) {
    if (groups.empty()) return Bucket::classical;
    Bucket best = Bucket::unknown;
    for (std::size_t i = 0; i < groups.list_size(); ++i)
        best = std::max(best, cache.bucket_of_group(static_cast<std::uint16_t>(groups.code_at(i))));
    return best;
}

/// Empty where no key was exchanged (a pre-shared key alone), or none is known of.
std::optional<Bucket> selected(const Row& row, StrengthCache& cache) {
    if (const auto group = code_of(row, column("group"))) return cache.bucket_of_group(*group);
    const auto cipher = code_of(row, column("cipher"));
    if (!cipher || is_tls13_cipher(*cipher)) return std::nullopt;
    switch (key_exchange_of(*cipher)) {
        case KeyExchange::none:
        case KeyExchange::psk:
        case KeyExchange::krb5: return std::nullopt;
        case KeyExchange::unknown: return Bucket::unknown;
        default: return Bucket::classical;
    }
}

}  // namespace

// What is in no registry is not kept: there may be 65,536 of them.

const std::vector<std::string_view>& StrengthCache::weaknesses_of_suite(std::uint16_t cipher) {
    if (const auto it = suites_.find(cipher); it != suites_.end()) return it->second;
    if (is_known_cipher(cipher)) return suites_.emplace(cipher, read_suite(cipher)).first->second;
    return nothing_;
}

QuantumBucket StrengthCache::bucket_of_group(std::uint16_t group) {
    if (const auto it = groups_.find(group); it != groups_.end()) return it->second;
    const Bucket bucket = read_group(group);
    if (bucket != Bucket::unknown) groups_.emplace(group, bucket);
    return bucket;
}

void describe_strength(Row& row, StrengthCache& cache) {
    const Value groups = row.get(column("groups_offered"));
    if (!groups.empty() || !row.get(column("ja3")).empty())
        row.set_text(column("pq_offered"), name(offered(groups, cache)));
    const auto version = code_of(row, column("version"));
    if (!version) return;
    if (const auto bucket = selected(row, cache)) row.set_text(column("pq"), name(*bucket));
    const Words words = weaknesses(row, *version, cache);
    if (!words.empty()) row.set_texts(column("weaknesses"), words);
}

}  // namespace tlsscope::tls
