#include "crypto/digest.h"

#include <openssl/evp.h>

#include <algorithm>

namespace tlsscope::crypto {

namespace {

/// Explicit fetching once costs less than the implicit fetch on every call; never freed, as it lives as long as the
/// process.
const EVP_MD* fetch(const char* name) { return EVP_MD_fetch(nullptr, name, nullptr); }

template <std::size_t N>
std::array<std::uint8_t, N> digest(const EVP_MD* algorithm, bytes::Bytes data) {
    std::array<std::uint8_t, N> out{};
    // A null algorithm (a provider without MD5) leaves zeros; so does a context that could not be made.
    if (algorithm != nullptr) (void)EVP_Digest(data.data(), data.size(), out.data(), nullptr, algorithm, nullptr);
    return out;
}

}  // namespace

Md5 md5(bytes::Bytes data) {
    static const EVP_MD* const kAlgorithm = fetch("MD5");
    return digest<16>(kAlgorithm, data);
}

Sha1 sha1(bytes::Bytes data) {
    static const EVP_MD* const kAlgorithm = fetch("SHA1");
    return digest<20>(kAlgorithm, data);
}

Sha256 sha256(bytes::Bytes data) {
    static const EVP_MD* const kAlgorithm = fetch("SHA256");
    return digest<32>(kAlgorithm, data);
}

std::string base64(bytes::Bytes data) {
    constexpr std::size_t kChunk = std::size_t{3} << 20;  // EVP_EncodeBlock counts in int
    std::string out((data.size() + 2) / 3 * 4 + 1, '\0');
    auto* to = reinterpret_cast<unsigned char*>(out.data());
    while (!data.empty()) {
        const std::size_t n = std::min(kChunk, data.size());
        to += EVP_EncodeBlock(to, data.data(), static_cast<int>(n));
        data = data.subspan(n);
    }
    out.pop_back();
    return out;
}

}  // namespace tlsscope::crypto
