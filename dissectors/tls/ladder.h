// TLS messages spelled out field by field, for --explain and the page's ladder. Only built when somebody asks.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "crypto/certificate.h"
#include "dissectors/tls/facts.h"
#include "dissectors/tls/handshake_layer.h"
#include "dissectors/tls/protected_flight.h"
#include "record/ladder.h"

namespace tlsscope::tls::ladder {

using Fields = std::vector<record::Field>;
using Summarize = std::function<std::shared_ptr<const crypto::CertificateSummary>(Bytes der)>;

/// Collects fields; names are the RFC's, and their meanings come with them.
class FieldWriter {
  public:
    explicit FieldWriter(Fields& out) : out_{out} {}
    /// Meaning looked up by name.
    void add(std::string name, std::string value);
    void add(std::string name, std::string value, std::string_view meaning);
    void hex(std::string name, Bytes value);
    /// A code point: "TLS_AES_128_GCM_SHA256 (0x1301)".
    void code(std::string name, void (*name_of)(std::uint32_t, std::string&), std::uint32_t code);
    /// A list of them, in one line below the name.
    void codes(std::string name, void (*name_of)(std::uint32_t, std::string&), const U16List& list);
    /// Fields from now on stand one level deeper, until out().
    void in() { ++depth_; }
    void out() { --depth_; }

  private:
    Fields& out_;
    std::uint8_t depth_ = 0;
};

/// A whole handshake message (or what there is of it); `chosen`: what was negotiated so far.
record::Message handshake(Side from, const HandshakeMessage& message, const Chosen& chosen, const Summarize& summarize);
record::Message ssl2_hello(Side from, Bytes body, Evidence first, Evidence last);
record::Message alert(Side from, AlertView alert, Evidence at);
record::Message change_cipher_spec(Side from, bool tls13, Evidence at);
/// A record of which only length and place are known.
record::Message encrypted(Side from, std::string name, std::string sentence, const ProtectedRecord& r, bool inferred);

void client_hello_fields(const ClientHelloView& hello, FieldWriter& out);
void server_hello_fields(const ServerHelloView& hello, FieldWriter& out);
void draft_retry_fields(const ServerHelloView& hello, FieldWriter& out);  ///< of drafts up to 21, a message of its own

}  // namespace tlsscope::tls::ladder
