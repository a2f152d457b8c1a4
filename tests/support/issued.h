// Certificates made by OpenSSL for a test: each with what a case wants of it, in a few words.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tlsscope::testing {

/// A certificate and the key it certifies.
struct Issued {
    std::string der;
    std::shared_ptr<void> certificate;  ///< X509
    std::shared_ptr<void> key;          ///< EVP_PKEY
};

struct Recipe {
    std::string subject = "host.example";  ///< its common name
    const Issued* issuer = nullptr;        ///< null: itself
    std::int64_t from = 1'640'000'000;     ///< Unix seconds
    std::int64_t to = 1'660'000'000;
    bool ca = false;
    /// As in openssl.cnf: {"extendedKeyUsage", "clientAuth"}.
    std::vector<std::pair<std::string, std::string>> extensions = {};
    int rsa_bits = 0;  ///< 0: EC P-256
    bool sha1 = false;
};

Issued issue(const Recipe& recipe);

/// As in a Certificate message: each after its length in 24 bits.
std::string certificate_list(const std::vector<std::string>& ders);

/// All of them, as a file.
std::string pem(const std::vector<std::string>& ders);

}  // namespace tlsscope::testing
