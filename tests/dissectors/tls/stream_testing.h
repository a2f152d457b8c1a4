// Plays TLS bytes made by hand (support/tls_messages.h) to the dissector, so that a test reads like the handshake it is
// about.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dissect/dissector.h"
#include "record/connection.h"
#include "support/tls_messages.h"

namespace tlsscope::tls {

extern const dissect::Dissector dissector;

namespace testing {

using record::Evidence;
using record::Side;
/// A segment's worth of one side's bytes, or what happens instead.
struct Act {
    Side from = Side::client;
    Blob bytes = {};
    std::uint64_t missing = 0;  ///< a gap of that length instead
    flow::Gap::Why why = flow::Gap::Why::acked;
    std::size_t snap = 0;  ///< the capture kept only so many of the bytes; 0: all
};
inline Act client(Blob bytes) { return {.from = Side::client, .bytes = std::move(bytes)}; }
inline Act server(Blob bytes) { return {.from = Side::server, .bytes = std::move(bytes)}; }
inline Act lost(Side from, std::uint64_t n, flow::Gap::Why why = flow::Gap::Why::acked) {
    return {.from = from, .bytes = {}, .missing = n, .why = why};
}
using Script = std::vector<Act>;

Script tls12_full();
Script tls12_resumed();
Script tls12_client_certificate();
Script tls13_full();
Script tls13_retry();
Script tls13_client_certificate();
Script tls13_early_data();
/// Every script above, with a name.
std::vector<std::pair<std::string, Script>> all_stories();

struct Play {
    bool midstream = false;
    bool ladder = false;
    dissect::Shared* shared = nullptr;
    std::string closed_by = {};  ///< what the transport says of the end
    std::string close_kind = {};
    bool goes_on = false;  ///< more of the connection is to come: it is only looked at
    /// Cuts a segment's bytes into the chunks that are delivered one by one.
    std::function<std::vector<std::size_t>(std::size_t size)> cuts = {};
};

/// What came out. Act i is frame i + 1, at i * 1.5 ms; connect ended 1 ms before the first.
class Played : public dissect::Sink {
  public:
    Played(const Script& script, const Play& play = {});

    record::ConnectionRecord record;
    std::vector<record::Message> messages;
    dissect::Verdict verdict = dissect::Verdict::more;

    std::string text(std::string_view column) const;  ///< as a reporter would print it; "" when empty
    std::int64_t integer(std::string_view column) const;
    bool has(std::string_view column) const;
    bool anomaly(std::string_view name) const;
    /// All columns, marks and anomalies, sorted: for comparing two plays.
    std::string facts() const;
    std::string anomalies() const;

    void mark(const record::Mark& m, Evidence at, bool inferred) override;
    void move_mark(const record::Mark& m, Evidence at, bool inferred) override;
    void anomaly(const record::Anomaly& a, Evidence at) override;
    void message(record::Message&& m) override;

  private:
    void deliver(const Act& act, Evidence at, const Play& play, std::array<std::uint64_t, 2>& offsets);
    std::unique_ptr<dissect::StreamDissector> stream_;
};

}  // namespace testing
}  // namespace tlsscope::tls
