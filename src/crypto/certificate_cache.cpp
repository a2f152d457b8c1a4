#include "crypto/certificate_cache.h"

#include <algorithm>
#include <cstring>

namespace tlsscope::crypto {

namespace {

/// What an entry holds, near enough for a budget.
std::size_t weight(const CertificateSummary& s) {
    std::size_t bytes = sizeof(CertificateSummary) + 128;  // list and map nodes
    for (const std::string* text :
         {&s.serial, &s.subject, &s.issuer, &s.common_name, &s.issuer_common_name, &s.key, &s.signature_algorithm}) {
        bytes += text->size();
    }
    for (const auto* list : {&s.names, &s.ocsp_urls, &s.faults})
        for (const std::string& text : *list) bytes += sizeof(std::string) + text.size();
    return bytes;
}

}  // namespace

std::size_t CertificateCache::Hash::operator()(const Sha256& h) const {
    std::size_t out = 0;
    static_assert(sizeof(out) <= sizeof(h));
    std::memcpy(&out, h.data(), sizeof(out));
    return out;
}

CertificateCache::CertificateCache(std::size_t max_entries, std::size_t max_bytes)
    : max_entries_{std::max<std::size_t>(max_entries, 1)}, max_bytes_{max_bytes} {}

std::shared_ptr<const CertificateSummary> CertificateCache::get(bytes::Bytes der) {
    const Sha256 key = sha256(der);
    if (const auto found = by_hash_.find(key); found != by_hash_.end()) {
        recent_.splice(recent_.begin(), recent_, found->second);
        ++hits_;
        return recent_.front();
    }
    recent_.push_front(std::make_shared<const CertificateSummary>(summarize(der)));
    by_hash_.emplace(key, recent_.begin());
    bytes_ += weight(*recent_.front());
    Entry out = recent_.front();
    evict();
    return out;
}

void CertificateCache::evict() {
    while (recent_.size() > 1 && (recent_.size() > max_entries_ || bytes_ > max_bytes_)) {
        bytes_ -= weight(*recent_.back());
        by_hash_.erase(recent_.back()->sha256);
        recent_.pop_back();
    }
}

}  // namespace tlsscope::crypto
