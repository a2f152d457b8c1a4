// --cbom: a Cryptography Bill of Materials of what was selected in the capture, CycloneDX 1.6 (ECMA-424), as JSON.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "report/inventory/algorithms.h"
#include "report/inventory/register.h"
#include "report/inventory/sighting.h"
#include "report/inventory/tallies.h"
#include "report/output.h"
#include "report/writer.h"

namespace tlsscope::report::inventory {

/// Bytes that one certificate takes at most, for --show-limits.
inline constexpr std::uint64_t kCertificateBytes = 10ULL * 1024;

/// Where an asset was seen.
struct Seen {
    std::uint64_t connections = 0;
    std::uint64_t first_stream = 0;
    std::uint64_t first_frame = 0;  ///< 0: not known
    Words servers{32};

    void add(const Sighting& s, Field frame);
    void merge(const Seen& other);
};

/// A version of the protocol, and what was selected in it. Keys are names.
struct ProtocolAsset {
    Seen seen;
    struct Choice {
        std::uint32_t code = 0;
        Seen seen;
    };
    Register<Choice> suites;
    Register<Choice> groups;
    Register<Choice> signatures;
};

struct CertificateAsset {
    Seen seen;
    std::string subject, issuer, key, signature;
    record::Nanos not_before = record::kNoTime;
    record::Nanos not_after = record::kNoTime;
};

struct AlgorithmAsset {
    Algorithm algorithm;
    Seen seen;
};

/// All that the file lists.
struct Assets {
    Register<ProtocolAsset> protocols;
    Register<CertificateAsset> certificates;
    std::map<std::string, AlgorithmAsset> algorithms;  ///< by name; filled at the end
    std::uint64_t hidden_certificates = 0;             ///< connections
};

/// Fed one by one, in bounded memory; writes in finish(). The same capture always makes the same file: the time is the
/// capture's last one, and the serial number is made of the content.
class Cbom final : public Reporter {
  public:
    explicit Cbom(Output& out);

    void begin(const record::Schema& schema, const RunInfo& run) override;
    void connection(const record::ConnectionRecord& connection) override;
    void finish(const Totals& totals) override;

  private:
    void add_selection(const Sighting& s);
    void add_certificate(const Sighting& s);
    void derive_algorithms();
    void add_algorithm(Algorithm algorithm, const Seen& seen);

    Output& out_;
    RunInfo run_;
    std::unique_ptr<SightingReader> reader_;  // from begin() on
    Assets assets_;
};

/// Writes the file's text.
void write_cbom(Output& out, const Assets& assets, const RunInfo& run, const Totals& totals);

}  // namespace tlsscope::report::inventory
