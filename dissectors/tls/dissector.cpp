// Registers TLS: the list of protocols is generated from files of this name.
#include "dissect/dissector.h"

#include "dissectors/tls/anomalies.h"
#include "dissectors/tls/columns.h"
#include "dissectors/tls/probe.h"
#include "dissectors/tls/rules.h"
#include "dissectors/tls/stream.h"
#include "dissectors/tls/timing.h"

namespace tlsscope::tls {

namespace {

std::unique_ptr<dissect::StreamDissector> make(const dissect::StreamContext& context) {
    return std::make_unique<Stream>(context);
}

std::unique_ptr<dissect::Shared> make_shared_caches(const dissect::Settings& settings) {
    return std::make_unique<SharedCaches>(settings);
}

}  // namespace

extern const dissect::Dissector dissector;
constinit const dissect::Dissector dissector{
    .name = "tls",
    .vocabulary = {.module = "tls",
                   .columns = columns::kAll,
                   .marks = timing::kMarks,
                   .spans = timing::kSpans,
                   .anomalies = anomaly::kAll,
                   .rules = kRules},
    .probe = probe,
    .make = make,
    .make_shared = make_shared_caches,
    .shared_memory = HandshakeBudget{}.limit + crypto::CertificateCache::kDefaultBytes +
                     verdict::ChainCache::kDefaultBytes + FingerprintCache::kMostBytes,
};

}  // namespace tlsscope::tls
