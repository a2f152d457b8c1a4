// Chains of certificates against a CA store: what a stranger sent meets OpenSSL here. Beyond "no crash": the answer is
// the same twice and all through the range of time it says, and nothing passes that is not exactly as a CA of the store
// signed it.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "bytes/reader.h"
#include "crypto/certificate_cache.h"
#include "crypto/trust_store.h"
#include "verdict/certificate_check.h"

namespace {

using namespace tlsscope;
using crypto::Role;

void require(bool condition) {
    if (!condition) std::abort();
}

// "Example Root CA" of samples/cert-near-misses-roots.pem.
constexpr std::string_view kRoot =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBlTCCATygAwIBAgICYCAwCgYIKoZIzj0EAwIwMjEYMBYGA1UEAwwPRXhhbXBs\n"
    "ZSBSb290IENBMRYwFAYDVQQKDA1FeGFtcGxlIFRydXN0MB4XDTE1MTIxMDA2MTk1\n"
    "MFoXDTM3MTEwNDA2MTk1MFowMjEYMBYGA1UEAwwPRXhhbXBsZSBSb290IENBMRYw\n"
    "FAYDVQQKDA1FeGFtcGxlIFRydXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n"
    "tEGcDXmHJtJYhIHtEY3d6VlyRDlNmude7D8H73cAIk9JDYbjy4XVqN/HrFONbXow\n"
    "A4OkQNRteUumkR3euHshFqNCMEAwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8E\n"
    "BAMCAQYwHQYDVR0OBBYEFF7aUhVLNszSzqEDDOQjsD8zXE6zMAoGCCqGSM49BAMC\n"
    "A0cAMEQCIHgHKQ4ujA4kAEgWGH3usGLvkko/LgZGLS/fspTdspzYAiB4Vsbvtx8z\n"
    "iQQSB1XnAH95Nw08thT/X16zWMLyahxrpw==\n"
    "-----END CERTIFICATE-----\n";

const crypto::TrustStore& store() {
    static const std::shared_ptr<const crypto::TrustStore> one = [] {
        std::string error;
        return crypto::TrustStore::parse(std::string{kRoot}, "the root", error);
    }();
    require(one != nullptr);
    return *one;
}

bool chain_is_readable(const verdict::Chain& chain) {
    for (const auto& c : chain.certificates())
        if (!c->readable()) return false;
    return true;
}

void check_at(const verdict::Chain& chain, bytes::Bytes list, Role role, std::int64_t at) {
    const auto first = chain.check(store(), role, at);
    if (!first || !chain_is_readable(chain)) return;
    require(first->from <= at && at < first->until);
    constexpr std::int64_t kEndOfTime = 253'402'300'799;  // of OpenSSL: the year 9999
    std::vector<bytes::Bytes> ders;
    bytes::Reader in{list};
    while (in.more() && ders.size() < crypto::TrustStore::kMaxChain) ders.push_back(in.take(in.u24()));
    if (!in.ok()) return;
    for (const std::int64_t other : {std::max<std::int64_t>(first->from, 0), std::min(first->until - 1, kEndOfTime)}) {
        const auto again = store().check(ders, role, other);
        require(again && again->faults == first->faults);
    }
}

void check_words(const verdict::Presented& p) {
    const auto tokens = verdict::tokens(p);
    require(std::set<std::string_view>(tokens.begin(), tokens.end()).size() == tokens.size());
    p.faults.for_each([&](verdict::CertificateFault fault) {
        require(fault < verdict::CertificateFault::count);
        const std::string words = verdict::clause(p, fault, "a.example");
        require(!words.empty() && words.size() < 600 && words.front() >= 'a' && words.front() <= 'z');
    });
    (void)verdict::days_left(p);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::array<std::int64_t, 3> kTimes{1'795'328'400, 0, 4'000'000'000};
    constexpr std::int64_t kSecond = 1'000'000'000;
    crypto::CertificateCache certificates;
    verdict::ChainCache cache{certificates};
    const auto chain = cache.get({data, size});
    require(cache.get({data, size}) == chain && chain->certificates().size() <= crypto::TrustStore::kMaxChain);
    if (chain->empty()) return 0;
    verdict::CertificatePolicy policy;
    policy.store = {std::shared_ptr<const void>{}, &store()};
    for (const Role role : {Role::server, Role::client}) {
        const auto from = role == Role::server ? record::Side::server : record::Side::client;
        for (const std::int64_t at : kTimes) {
            check_at(*chain, {data, size}, role, at);
            check_words(verdict::present(chain, {.from = from, .at = {at * kSecond, 1}}, &policy));
            check_words(
                verdict::present(chain, {.from = from, .at = {at * kSecond, 1}, .names_the_host = false}, nullptr));
        }
    }
    require(chain->file()->pem.starts_with("-----BEGIN CERTIFICATE-----\n"));
    return 0;
}
