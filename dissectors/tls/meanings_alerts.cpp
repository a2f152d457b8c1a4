// What alerts say (RFC 8446 section 6.2) and what usually lies behind them.
#include <array>

#include "dissectors/tls/meanings.h"

namespace tlsscope::tls {

namespace {

struct AlertMeaning {
    std::uint8_t description;
    std::string_view says;
    std::string_view cause;
};

constexpr std::array kAlerts{
    AlertMeaning{0, "I am done sending", "a normal end; before the handshake is complete, the peer gave up"},
    AlertMeaning{10, "that message must not come here",
                 "the two sides disagree about where they are: a bug, a proxy that mixes connections, or plain text on "
                 "a TLS port"},
    AlertMeaning{20, "a record failed its integrity check",
                 "different keys on both sides, bytes changed on the way, or a wrong pre-shared key"},
    AlertMeaning{21, "a record could not be decrypted", "an old implementation's word for bad_record_mac"},
    AlertMeaning{22, "a record is too long", "not TLS at all, or a broken implementation"},
    AlertMeaning{30, "compressed data could not be unpacked", "compression is long gone: a broken implementation"},
    AlertMeaning{40, "no acceptable set of parameters",
                 "no cipher suite, group or signature algorithm in common; no certificate for this name; or a client "
                 "certificate is missing: compare what was offered with what the server allows"},
    AlertMeaning{41, "I have no certificate", "SSL 3.0 only: the client has no certificate to show"},
    AlertMeaning{42, "the certificate is damaged or its signature is wrong",
                 "a broken or forged certificate in the chain"},
    AlertMeaning{43, "a certificate of a kind I cannot use",
                 "wrong key type, or a certificate not meant for this use (extended key usage)"},
    AlertMeaning{44, "the certificate was revoked", "its issuer withdrew it: get a new one"},
    AlertMeaning{45, "the certificate has expired or is not valid yet",
                 "renew it; or the checking side's clock is wrong"},
    AlertMeaning{46, "something else is wrong with the certificate",
                 "the name does not match, a pinned key differs, or the application's own check said no"},
    AlertMeaning{47, "a field has an impossible value",
                 "a bug in the sender, or a middlebox that changed the handshake"},
    AlertMeaning{48, "I do not know who issued that certificate",
                 "a private or self-signed CA that the checking side does not trust, an intermediate certificate the "
                 "server forgot to send, "
                 "or an inspecting proxy"},
    AlertMeaning{49, "the certificate is fine but not allowed here", "access control on the peer's side"},
    AlertMeaning{50, "a message could not be parsed", "a bug, or bytes changed on the way"},
    AlertMeaning{51, "a signature or Finished did not verify",
                 "the private key does not belong to the certificate, a wrong pre-shared key, or a changed handshake"},
    AlertMeaning{52, "too many connection ids were asked for", "a DTLS 1.3 implementation's limit"},
    AlertMeaning{60, "export rules forbid that", "a relic of the nineties"},
    AlertMeaning{70, "no acceptable protocol version",
                 "one side only speaks versions the other has switched off: compare supported_versions with the "
                 "server's settings"},
    AlertMeaning{71, "the offered algorithms are too weak",
                 "the peer wants stronger ciphers or keys than were offered"},
    AlertMeaning{80, "something went wrong on my side", "look into the log of the side that sent it"},
    AlertMeaning{86, "you fell back to an older version without need",
                 "the client retried with a lower version after a failure; find the first failure"},
    AlertMeaning{90, "the user cancelled", "the handshake was given up by a person or program, not by the protocol"},
    AlertMeaning{100, "I will not renegotiate", "renegotiation is switched off on the sender's side"},
    AlertMeaning{109, "a required extension is missing",
                 "for TLS 1.3: key_share, supported_groups or signature_algorithms"},
    AlertMeaning{110, "you answered an extension I did not ask for", "a bug in the server or a middlebox"},
    AlertMeaning{111, "the certificate could not be fetched", "client_certificate_url points nowhere"},
    AlertMeaning{112, "I do not serve that name",
                 "the SNI names no site of this server: wrong address, wrong name, or a missing virtual host"},
    AlertMeaning{113, "the stapled OCSP answer is not acceptable",
                 "a stale or wrong OCSP answer: look at the server's stapling"},
    AlertMeaning{114, "the fetched certificate is another one", "client_certificate_url with a wrong hash"},
    AlertMeaning{115, "I do not know that pre-shared key", "wrong identity, or a key that was changed on one side"},
    AlertMeaning{116, "a client certificate is required",
                 "the client sent none: configure one, or it matches none of the server's CAs"},
    AlertMeaning{117, "an error nobody has a number for", "look into the log of the side that sent it"},
    AlertMeaning{120, "no application protocol in common",
                 "the ALPN lists do not overlap: for example only h2 against only http/1.1"},
    AlertMeaning{121, "encrypted client hello is required", "the client used a stale ECH configuration, or none"},
};

const AlertMeaning* find(std::uint8_t description) {
    for (const AlertMeaning& a : kAlerts)
        if (a.description == description) return &a;
    return nullptr;
}

}  // namespace

std::string_view alert_meaning(std::uint8_t description) {
    const AlertMeaning* a = find(description);
    return a == nullptr ? std::string_view{} : a->says;
}

std::string_view alert_cause(std::uint8_t description) {
    const AlertMeaning* a = find(description);
    return a == nullptr ? std::string_view{} : a->cause;
}

}  // namespace tlsscope::tls
