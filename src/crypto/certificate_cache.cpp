#include "crypto/certificate_cache.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string_view>

namespace tlsscope::crypto {

namespace {

/// What an entry holds, near enough for a budget.
std::size_t weight(const CertificateSummary& s, std::size_t der) {
    std::size_t bytes = sizeof(CertificateSummary) + der + 128;  // list and map nodes
    for (const std::string* text :
         {&s.serial, &s.subject, &s.issuer, &s.common_name, &s.issuer_common_name, &s.key, &s.signature_algorithm}) {
        bytes += text->size();
    }
    for (const auto* list : {&s.names, &s.ocsp_urls, &s.faults})
        for (const std::string& text : *list) bytes += sizeof(std::string) + text.size();
    return bytes;
}

}  // namespace

CertificateCache::CertificateCache(std::size_t max_entries, std::size_t max_bytes)
    : max_entries_{std::max<std::size_t>(max_entries, 1)}, max_bytes_{max_bytes} {}

std::shared_ptr<const CertificateSummary> CertificateCache::get(bytes::Bytes der) {
    const std::size_t hash = std::hash<std::string_view>{}({reinterpret_cast<const char*>(der.data()), der.size()});
    if (const auto found = by_hash_.find(hash); found != by_hash_.end()) {
        const auto entry = found->second;
        if (std::equal(der.begin(), der.end(), entry->der.begin(), entry->der.end())) {
            recent_.splice(recent_.begin(), recent_, entry);
            ++hits_;
            return entry->summary;
        }
        drop(entry);
    }
    recent_.push_front({hash, {der.begin(), der.end()}, std::make_shared<const CertificateSummary>(summarize(der))});
    by_hash_.emplace(hash, recent_.begin());
    bytes_ += weight(*recent_.front().summary, der.size());
    while (recent_.size() > 1 && (recent_.size() > max_entries_ || bytes_ > max_bytes_)) drop(std::prev(recent_.end()));
    return recent_.front().summary;
}

void CertificateCache::drop(Entries::iterator entry) {
    bytes_ -= weight(*entry->summary, entry->der.size());
    by_hash_.erase(entry->hash);
    recent_.erase(entry);
}

}  // namespace tlsscope::crypto
