#include "verdict/chain.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <string_view>

#include "bytes/hex.h"
#include "bytes/reader.h"

namespace tlsscope::verdict {

using bytes::Bytes;
using crypto::CertificateSummary;
using crypto::KeyKind;
using crypto::Role;

namespace {

bool weak_key(const CertificateSummary& c) {
    switch (c.key_kind) {
        case KeyKind::rsa:
        case KeyKind::dsa:
        case KeyKind::dh: return c.key_bits != 0 && c.key_bits < kWeakRsaBits;
        case KeyKind::ec: return c.key_bits != 0 && c.key_bits < kWeakEcBits;
        case KeyKind::unknown: return false;
    }
    return false;
}

/// What a self-signed certificate is signed with proves nothing, so it cannot be too weak for it.
bool weak_signature(const CertificateSummary& c) {
    if (c.self_signed) return false;
    std::string name = c.signature_algorithm;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char x) { return x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x; });
    return std::ranges::any_of(std::array{"md2", "md4", "md5", "sha1"},
                               [&](const char* hash) { return name.find(hash) != std::string::npos; });
}

/// RFC 5280 sections 4.2.1.3 and 4.2.1.12.
bool wrong_usage(const CertificateSummary& c, Role role) {
    using namespace crypto::key_usage;
    const unsigned wanted =
        role == Role::server ? kDigitalSignature | kKeyEncipherment | kKeyAgreement : kDigitalSignature | kKeyAgreement;
    if (c.key_usage && (*c.key_usage & wanted) == 0) return true;
    return c.purposes && !c.purposes->any && !(role == Role::server ? c.purposes->server : c.purposes->client);
}

/// Not of all bytes: hashing them would cost more than comparing them. Serial numbers are at the beginning of the first
/// certificate, and an issuer's signature at the end of each. Chains made to collide push each other out, no more.
std::size_t hash_of(Bytes list) {
    constexpr std::size_t kSample = 64;
    const std::size_t n = std::min(kSample, list.size());
    const std::hash<std::string_view> hash;
    return hash(bytes::as_text(list.first(n))) * 31 + hash(bytes::as_text(list.last(n))) + list.size();
}

}  // namespace

Chain::Chain(Bytes list, crypto::CertificateCache& cache) : list_{list.begin(), list.end()} {
    bytes::Reader in{list_};
    while (in.more() && ders_.size() < crypto::TrustStore::kMaxChain) {
        const Bytes der = in.take(in.u24());
        if (!in.ok()) break;
        ders_.push_back(der);
        certificates_.push_back(cache.get(der));
    }
    for (const Role role : {Role::server, Role::client}) {
        CertificateFaults& faults = lasting_[static_cast<std::size_t>(role)];
        for (const Certificate& c : certificates_) {
            if (weak_key(*c)) faults.add(CertificateFault::weak_key);
            if (weak_signature(*c)) faults.add(CertificateFault::weak_signature);
        }
        if (!empty() && wrong_usage(leaf(), role)) faults.add(CertificateFault::wrong_usage);
    }
}

std::size_t Chain::place_of(CertificateFault fault) const {
    const auto found = std::ranges::find_if(certificates_, [&](const Certificate& c) {
        return fault == CertificateFault::weak_key         ? weak_key(*c)
               : fault == CertificateFault::weak_signature ? weak_signature(*c)
                                                           : true;
    });
    return static_cast<std::size_t>(found - certificates_.begin());
}

const std::optional<crypto::ChainCheck>& Chain::check(const crypto::TrustStore& store, Role role,
                                                      std::int64_t at) const {
    constexpr std::size_t kMostKept = 8;
    for (const Checked& c : checked_)
        if (c.role == role && (!c.result || (c.result->from <= at && at < c.result->until))) return c.result;
    // Only what our own reader could read from end to end: OpenSSL is not to be the first to see a length.
    std::vector<Bytes> readable;
    for (std::size_t i = 0; i < ders_.size(); ++i) {
        if (certificates_[i]->readable()) readable.push_back(ders_[i]);
        else if (i == 0) break;
    }
    if (checked_.size() == kMostKept) checked_.erase(checked_.begin());
    checked_.push_back({role, readable.empty() ? std::nullopt : store.check(readable, role, at)});
    return checked_.back().result;
}

std::shared_ptr<const record::CertificateFile> Chain::file() const {
    if (file_ || empty()) return file_;
    auto file = std::make_shared<record::CertificateFile>();
    file->sha256 = bytes::hex(leaf().sha256);
    for (const Bytes der : ders_) file->pem += crypto::certificate_pem(der);
    return file_ = std::move(file);
}

bool Chain::is(Bytes list) const { return std::equal(list.begin(), list.end(), list_.begin(), list_.end()); }

/// Near enough for a budget: its bytes, and as PEM, and what the summaries keep of them.
std::size_t Chain::footprint() const {
    constexpr std::size_t kEach = sizeof(CertificateSummary) + 1024;
    return sizeof(Chain) + list_.size() * 7 / 2 + ders_.size() * kEach;
}

std::shared_ptr<const Chain> ChainCache::get(Bytes list) {
    const std::size_t hash = hash_of(list);
    if (const auto found = by_hash_.find(hash); found != by_hash_.end()) {
        const auto entry = found->second;
        if (entry->chain->is(list)) {
            recent_.splice(recent_.begin(), recent_, entry);
            return entry->chain;
        }
        drop(entry);
    }
    auto chain = std::make_shared<const Chain>(list, certificates_);
    recent_.push_front({hash, chain->footprint(), std::move(chain)});
    by_hash_.emplace(hash, recent_.begin());
    bytes_ += recent_.front().bytes;
    while (recent_.size() > 1 && bytes_ > max_bytes_) drop(std::prev(recent_.end()));
    return recent_.front().chain;
}

void ChainCache::drop(Entries::iterator entry) {
    bytes_ -= entry->bytes;
    by_hash_.erase(entry->hash);
    recent_.erase(entry);
}

}  // namespace tlsscope::verdict
