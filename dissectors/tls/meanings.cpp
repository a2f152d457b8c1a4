#include "dissectors/tls/meanings.h"

#include <array>

namespace tlsscope::tls {

namespace {

struct ExtensionMeaning {
    std::uint16_t type;
    std::string_view text;
};

constexpr std::array kExtensions{
    ExtensionMeaning{0, "the name of the host the client wants (SNI): the server chooses its certificate by it"},
    ExtensionMeaning{1, "asks for smaller records than 16 KiB (obsolete: record_size_limit)"},
    ExtensionMeaning{3, "tells which certificate authorities the client trusts"},
    ExtensionMeaning{4, "shorter message authentication codes (obsolete and unsafe)"},
    ExtensionMeaning{5,
                     "asks the server to staple a fresh OCSP answer, so that the client need not ask whether the "
                     "certificate was revoked"},
    ExtensionMeaning{10, "the curves and groups for the key exchange that the sender can use, best first"},
    ExtensionMeaning{11, "how points on elliptic curves may be written; always uncompressed today"},
    ExtensionMeaning{12, "log-in name for a password-authenticated handshake (SRP)"},
    ExtensionMeaning{13, "the signature algorithms the sender can verify in the handshake"},
    ExtensionMeaning{14, "agrees keys for encrypted voice and video (DTLS-SRTP)"},
    ExtensionMeaning{15, "allows keep-alive messages inside TLS (the one of the Heartbleed bug)"},
    ExtensionMeaning{16, "the application protocols offered inside the connection, such as h2 or http/1.1 (ALPN)"},
    ExtensionMeaning{17, "asks for stapled OCSP answers for the whole chain (obsolete)"},
    ExtensionMeaning{18, "proof that the certificate is in public logs (Certificate Transparency)"},
    ExtensionMeaning{19, "kinds of client certificate that may be used: X.509 or raw public keys"},
    ExtensionMeaning{20, "kinds of server certificate that may be used: X.509 or raw public keys"},
    ExtensionMeaning{21, "filler bytes, to avoid ClientHello sizes that broke old servers"},
    ExtensionMeaning{22, "encrypts first and authenticates afterwards: repairs CBC suites of TLS 1.2 and older"},
    ExtensionMeaning{23, "binds the session's keys to the whole handshake, against the triple handshake attack"},
    ExtensionMeaning{24, "binds cookies and tokens to this connection's keys"},
    ExtensionMeaning{25, "leaves out certificates the client already has"},
    ExtensionMeaning{27, "compression the sender can undo on certificates, to save a round trip"},
    ExtensionMeaning{28, "the largest record the sender wants to receive"},
    ExtensionMeaning{34, "accepts short-lived keys that a certificate's owner has signed for its servers"},
    ExtensionMeaning{35, "a session ticket to resume with; empty: please give me one (TLS 1.2 and older)"},
    ExtensionMeaning{41, "sessions to resume, or keys agreed beforehand: skips the certificate (TLS 1.3)"},
    ExtensionMeaning{42, "the client sends data at once, before the server answered (0-RTT)"},
    ExtensionMeaning{43,
                     "the TLS versions offered; the one chosen in the server's answer. What counts, not the version "
                     "field of the hello"},
    ExtensionMeaning{44, "a value the client must echo after a HelloRetryRequest"},
    ExtensionMeaning{45, "how a pre-shared key may be used: alone, or with a fresh key exchange"},
    ExtensionMeaning{47, "the certificate authorities the sender accepts"},
    ExtensionMeaning{48, "what a client certificate must contain"},
    ExtensionMeaning{49, "the client can be asked for its certificate later"},
    ExtensionMeaning{50, "the signature algorithms the sender can verify inside certificates"},
    ExtensionMeaning{51,
                     "the public keys for the key exchange, guessed ahead: a good guess saves a round trip, a bad one "
                     "costs a HelloRetryRequest"},
    ExtensionMeaning{57, "the parameters of a QUIC connection"},
    ExtensionMeaning{13172, "the forerunner of ALPN (NPN)"},
    ExtensionMeaning{17513, "settings of the application protocol, sent with the handshake (ALPS, first code point)"},
    ExtensionMeaning{17613, "settings of the application protocol, sent with the handshake (ALPS)"},
    ExtensionMeaning{30032, "binds cookies to a key of the browser (Channel ID)"},
    ExtensionMeaning{64768, "names the extensions that the encrypted inner hello shares with the outer one"},
    ExtensionMeaning{65037,
                     "the real ClientHello, encrypted (ECH): the SNI outside is only the public name of the provider"},
    ExtensionMeaning{65281, "ties a renegotiation to the handshake before it; empty in the first one"},
};

struct HandshakeMeaning {
    HandshakeType type;
    std::string_view text;
};

constexpr std::array kHandshake{
    HandshakeMeaning{HandshakeType::hello_request, "the server asks the client to begin a new handshake"},
    HandshakeMeaning{HandshakeType::client_hello,
                     "the client says hello: versions, cipher suites and extensions it can do"},
    HandshakeMeaning{HandshakeType::server_hello,
                     "the server chooses: version, cipher suite and, in TLS 1.3, its half of the key exchange"},
    HandshakeMeaning{HandshakeType::hello_verify_request, "the server makes the client prove its address (DTLS)"},
    HandshakeMeaning{HandshakeType::new_session_ticket,
                     "the server hands out a ticket for a quicker handshake next time"},
    HandshakeMeaning{HandshakeType::end_of_early_data, "the client has sent all of its 0-RTT data"},
    HandshakeMeaning{HandshakeType::hello_retry_request,
                     "the server asks for a second ClientHello with another key share"},
    HandshakeMeaning{HandshakeType::encrypted_extensions,
                     "the server's answers to the extensions, the first encrypted message"},
    HandshakeMeaning{HandshakeType::certificate,
                     "the certificate that proves who the sender is, and those that vouch for it"},
    HandshakeMeaning{HandshakeType::server_key_exchange,
                     "the server's half of the key exchange, signed with its certificate's key"},
    HandshakeMeaning{HandshakeType::certificate_request,
                     "the server wants a client certificate, and says which ones it accepts"},
    HandshakeMeaning{HandshakeType::server_hello_done, "the server has said its part and waits for the client"},
    HandshakeMeaning{HandshakeType::certificate_verify,
                     "a signature that proves the sender has its certificate's private key"},
    HandshakeMeaning{HandshakeType::client_key_exchange,
                     "the client's half of the key exchange, or the secret encrypted for the server"},
    HandshakeMeaning{HandshakeType::finished,
                     "a checksum over the whole handshake under the new keys: nobody changed anything on the way"},
    HandshakeMeaning{HandshakeType::certificate_url, "where to fetch the client's certificate"},
    HandshakeMeaning{HandshakeType::certificate_status, "the stapled OCSP answer: the certificate was not revoked"},
    HandshakeMeaning{HandshakeType::supplemental_data, "further data for authorisation"},
    HandshakeMeaning{HandshakeType::key_update, "the sender changes to fresh keys"},
    HandshakeMeaning{HandshakeType::compressed_certificate, "the certificate message, compressed"},
    HandshakeMeaning{HandshakeType::next_protocol, "the application protocol the client picked (NPN)"},
    HandshakeMeaning{HandshakeType::message_hash, "a stand-in for the first ClientHello in the handshake's checksum"},
};

struct FieldMeaning {
    std::string_view name;
    std::string_view text;
};

constexpr std::array kFields{
    FieldMeaning{"legacy_version",
                 "the version field of old; TLS 1.3 always says 1.2 here and puts the truth into supported_versions"},
    FieldMeaning{"version", "the protocol version"},
    FieldMeaning{"record_version", "the version field of the record: for compatibility only"},
    FieldMeaning{"random", "32 fresh bytes, so that no two handshakes give the same keys"},
    FieldMeaning{"session_id", "names a session to resume; in TLS 1.3 only a decoy for old middleboxes"},
    FieldMeaning{"legacy_session_id", "a decoy for old middleboxes in TLS 1.3"},
    FieldMeaning{"legacy_session_id_echo", "the client's session id, sent back unchanged"},
    FieldMeaning{"cipher_suites", "the combinations of algorithms the client can use, best first"},
    FieldMeaning{"cipher_suite", "the combination of algorithms that protects this connection"},
    FieldMeaning{"compression_methods", "always null today: compressing secrets leaks them (CRIME)"},
    FieldMeaning{"compression_method", "always null today: compressing secrets leaks them (CRIME)"},
    FieldMeaning{"extensions", "everything that was added to TLS since 1999"},
    FieldMeaning{"certificate_types", "the kinds of client certificate the server accepts"},
    FieldMeaning{"certificate_authorities", "the issuers the server accepts for client certificates"},
    FieldMeaning{"named_curve", "the group of the key exchange"},
    FieldMeaning{"public_key", "the sender's public half of the key exchange"},
    FieldMeaning{"signature", "made with the certificate's private key over both randoms and the public key"},
    FieldMeaning{"signature_scheme", "the algorithm of the signature"},
    FieldMeaning{"psk_identity", "names the pre-shared key"},
    FieldMeaning{"psk_identity_hint", "helps the client to choose its pre-shared key"},
    FieldMeaning{"ticket_lifetime", "how many seconds the ticket may be used"},
    FieldMeaning{"ticket", "the session, encrypted by the server for itself"},
    FieldMeaning{"max_early_data_size", "how much 0-RTT data the server will take with this ticket"},
    FieldMeaning{"verify_data", "the checksum over all handshake messages"},
};

template <class Table, class Key>
std::string_view find(const Table& table, Key key) {
    for (const auto& [k, text] : table)
        if (k == key) return text;
    return {};
}

}  // namespace

std::string_view extension_meaning(std::uint16_t type) {
    if (is_grease(type)) return "means nothing, on purpose: keeps servers used to unknown extensions (GREASE)";
    return find(kExtensions, type);
}

std::string_view handshake_meaning(HandshakeType type) { return find(kHandshake, type); }

std::string_view field_meaning(std::string_view field) { return find(kFields, field); }

}  // namespace tlsscope::tls
