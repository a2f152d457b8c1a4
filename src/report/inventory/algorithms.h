// Which algorithms the registered name of a cipher suite, group or signature speaks of, in the words of CycloneDX 1.6.
// Tables only: what no table knows has a name and no claims.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tlsscope::report::inventory {

/// One algorithm. Security levels are left empty where no standard gives them.
struct Algorithm {
    std::string name;              ///< one name, one algorithm: "AES-128-GCM"
    std::string_view primitive;    ///< of CycloneDX's list: ae, block-cipher, hash, key-agree, ...
    std::string parameter;         ///< parameterSetIdentifier: "128"
    std::string curve;             ///< of elliptic curves
    std::string_view mode;         ///< of block ciphers
    std::optional<int> classical;  ///< bits (NIST SP 800-57 part 1, RFC 7748, RFC 7919)
    std::optional<int>
        quantum;  ///< NIST category 1 to 5; 0: none, as a quantum computer breaks it or less than AES-128
    std::vector<std::string> parts;  ///< names of the algorithms a combination is made of
};

/// Key exchange, authentication, encryption and hash of a suite. Empty for names no table knows, and for signalling
/// values (SCSV).
std::vector<Algorithm> algorithms_of_suite(std::string_view suite);

/// The group itself first, then what it combines.
std::vector<Algorithm> algorithms_of_group(std::string_view group);

/// Of TLS ("ecdsa_secp256r1_sha256") and of certificates ("sha256WithRSAEncryption").
Algorithm algorithm_of_signature(std::string_view name);

/// Of the column cert_key: "RSA 2048", "EC P-256", "Ed25519".
Algorithm algorithm_of_key(std::string_view key);

/// Its size in bits, read off the same column; 0 when it does not say.
unsigned bits_of_key(std::string_view key);

}  // namespace tlsscope::report::inventory
