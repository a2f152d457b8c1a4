// What the options say of certificates: what they are checked against, and where they are written to (--certs).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "crypto/digest.h"
#include "record/connection.h"
#include "verdict/certificate_policy.h"

namespace tlsscope::app {

struct Options;

/// Loads the CA file: before rights are given up. Nothing, and one line in `error`, when it cannot be read.
std::optional<verdict::CertificatePolicy> certificate_policy(const Options& options, std::string& error);

/// Unix seconds of 2027-01-31, 2027-01-31T12:00:00 or the same with a Z: UTC. nullopt: another form, or no such time.
std::optional<std::int64_t> parse_time(std::string_view text);

/// A folder with one file for each chain: SHA256.pem, named for the first certificate; SHA256-2.pem and so on where
/// others with the same first certificate follow. The same names for any number of threads, as connections come in
/// order. Files appear whole (report/output.h).
class CertificateFiles {
  public:
    static constexpr std::size_t kMostChains = 100'000;  ///< of one run: names cost memory, files a folder

    /// Makes the folder if there is none; null and `error` when it cannot be written to.
    static std::unique_ptr<CertificateFiles> open(const std::string& folder, std::string& error);

    /// Writes the chains that are new. After a failure nothing more is written.
    void add(const record::ConnectionRecord& connection);
    /// What failed since the last call, one line; empty: nothing.
    std::string take_problem();
    bool ok() const { return !failed_; }

  private:
    explicit CertificateFiles(std::string folder) : folder_{std::move(folder)} {}
    void add(const record::CertificateFile& file);
    void fail(const std::string& why);

    std::string folder_;
    std::set<crypto::Sha256> written_;                        // of the files' contents
    std::unordered_map<std::string, std::uint32_t> numbers_;  // of files with the same first certificate
    std::string problem_;
    bool failed_ = false;
};

}  // namespace tlsscope::app
