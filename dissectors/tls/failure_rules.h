// The rules for TLS handshakes that failed: who said no, to what. Applied in failure.cpp; those that need to look at
// segments are in src/verdict/failure_rules.h.
#pragma once

#include <cstdint>

#include "record/rule.h"

namespace tlsscope::tls {

inline constexpr record::Rule kNoCommonVersion = {
    {"no_common_version", record::Severity::high, "Client and server have no version of TLS in common."},
    "compare the versions the client offered with those the server has switched on",
    "Fatal alert protocol_version (70) or inappropriate_fallback (86) before the handshake was complete.",
    "A server that says protocol_version where something else displeases it."};

inline constexpr record::Rule kNoCommonParameters = {
    {"no_common_parameters", record::Severity::high,
     "The server accepts nothing of what the client offered: cipher suites, groups, signature algorithms."},
    "compare what was offered with what the server allows, and look whether it has a certificate for this name",
    "Fatal alert handshake_failure (40), export_restriction (60), insufficient_security (71) or missing_extension "
    "(109) from the server instead of its ServerHello.",
    "Servers say handshake_failure also where they have no certificate for the name, or their policy refuses the "
    "client."};

inline constexpr record::Rule kClientCertMissing = {
    {"client_cert_missing", record::Severity::high, "The server wants a certificate of the client, who sent none."},
    "give the client a certificate, of a CA the server names in its CertificateRequest",
    "Fatal alert no_certificate (41) or certificate_required (116); or the server ended the handshake with another or "
    "an encrypted alert after the client answered its request with an empty certificate.",
    "Another fault of the same flight. TLS 1.3: the empty certificate and the alert are told by their sizes."};

inline constexpr record::Rule kClientCertRefused = {
    {"client_cert_refused", record::Severity::high, "The server refused the client's certificate."},
    "look at client_cert_validation, and at the CAs the server trusts for clients",
    "Fatal alert of the server about a certificate (42 to 46, 48, 49), or an encrypted one after the client sent its "
    "certificate.",
    "TLS 1.3: an encrypted alert says nothing of its reason; it may be about the Finished."};

inline constexpr record::Rule kServerCertRefused = {
    {"server_cert_refused", record::Severity::high, "The client refused the server's certificate."},
    "look at cert_validation, and at the CAs the client trusts",
    "Fatal alert of the client about a certificate (42 to 46, 48, 49, 113), or an encrypted one after the server's "
    "flight.",
    "TLS 1.3: an encrypted alert says nothing of its reason; it may be about ALPN or the Finished."};

inline constexpr record::Rule kNameNotServed = {
    {"name_not_served", record::Severity::high, "The server does not serve the name the client asked for (SNI)."},
    "correct the name or the address, or add the virtual host",
    "Fatal alert unrecognized_name (112) from the server.",
    "None known."};

inline constexpr record::Rule kNoCommonAlpn = {
    {"no_common_alpn", record::Severity::high, "Client and server have no application protocol in common (ALPN)."},
    "add a protocol to one of the lists: http/1.1 beside h2, for example",
    "Fatal alert no_application_protocol (120).",
    "None known."};

inline constexpr record::Rule kClientNotTls = {
    {"client_not_tls", record::Severity::high, "The client sent something that is not TLS, and the server refused it."},
    "let the client speak TLS (https instead of http), or give it the port for plain text",
    "The server sent a fatal alert, the client had sent bytes, and there was no ClientHello among them; the capture "
    "has the connection from its beginning, and nothing is missing.",
    "A ClientHello that is damaged so that nobody recognises it."};

inline constexpr record::Rule kHandshakeAlert = {
    {"handshake_alert", record::Severity::high, "A side ended the handshake with a fatal alert."},
    "look into the log of the side that sent it",
    "A fatal or encrypted alert before the handshake was complete that no other rule is about.",
    "An encrypted alert of TLS 1.3 is told from other records by its size and place."};

inline constexpr const record::Rule* kFailureRules[] = {&kNoCommonVersion,   &kNoCommonParameters, &kClientCertMissing,
                                                        &kClientCertRefused, &kServerCertRefused,  &kNameNotServed,
                                                        &kClientNotTls,      &kNoCommonAlpn,       &kHandshakeAlert};

}  // namespace tlsscope::tls
