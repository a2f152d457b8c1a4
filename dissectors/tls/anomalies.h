// What can be odd about a TLS connection. One name, one definition; reported by address through the sink.
#pragma once

#include "dissectors/tls/wire/oddity.h"
#include "record/anomaly.h"

namespace tlsscope::tls::anomaly {

using record::Anomaly;
using record::Severity;

// Records.
inline constexpr Anomaly kDesync{"tls_desync", Severity::medium,
                                 "Bytes that are no TLS record stood where one should begin."};
inline constexpr Anomaly kResync{
    "tls_resync", Severity::note,
    "After missing bytes, or at the start of a capture, reading went on at the next record "
    "border."};
inline constexpr Anomaly kRecordLength{"rec_len_over", Severity::low,
                                       "A record is longer than its version allows (2^14 bytes, 2^14 + 256 when "
                                       "protected by TLS 1.3)."};
inline constexpr Anomaly kRecordZero{"rec_zero", Severity::note,
                                     "A handshake, alert or ChangeCipherSpec record has no content (RFC 8446 section "
                                     "5.1 forbids it)."};
inline constexpr Anomaly kRecordUnknown{"rec_unknown", Severity::low, "A record has an unknown content type."};
inline constexpr Anomaly kRecordVersion{"rec_ver_odd", Severity::low,
                                        "A record header names a version that no record has."};
inline constexpr Anomaly kNotTls{"server_not_tls", Severity::high,
                                 "The server answered the ClientHello with something that is not TLS."};
inline constexpr Anomaly kSsl2{"sslv2", Severity::medium, "The client opened with an SSL 2.0 hello."};
inline constexpr Anomaly kHeartbleed{"heartbleed", Severity::high,
                                     "A heartbeat says it carries more than its record holds (CVE-2014-0160)."};

// Order and framing of messages.
inline constexpr Anomaly kOrder{"hs_order", Severity::low, "A message came where the handshake does not allow it."};
inline constexpr Anomaly kTruncated{"hs_trunc", Severity::note,
                                    "Part of a handshake message is not in the capture; what there is was read."};
inline constexpr Anomaly kOverCap{"hs_over_cap", Severity::medium,
                                  "A handshake message is longer than 128 KiB; only its beginning was read."};
inline constexpr Anomaly kChainOverCap{"chain_over_cap", Severity::medium,
                                       "A certificate chain is longer than 128 KiB; only the first certificates were "
                                       "read."};
inline constexpr Anomaly kOverBudget{
    "hs_over_budget", Severity::note,
    "A handshake message was read in part only: so many connections were in the middle "
    "of one that their bytes went over the memory limit."};
inline constexpr Anomaly kChainLong{"chain_long", Severity::low, "A chain has more than 16 certificates."};
inline constexpr Anomaly kInterleaved{"hs_interleaved", Severity::low,
                                      "Another record stood between the fragments of a handshake message (RFC 8446 "
                                      "section 5.1 forbids it)."};
inline constexpr Anomaly kUnknownMessage{"hs_unknown", Severity::low, "A handshake message has an unknown type."};
inline constexpr Anomaly kCcsBad{"ccs_bad", Severity::low, "A ChangeCipherSpec is not one byte of value 1."};
inline constexpr Anomaly kDataEarly{"data_before_finish", Severity::low,
                                    "Application data was sent before the handshake allows it."};

// Alerts.
inline constexpr Anomaly kAlertSeveral{"alert_multi", Severity::note, "One record holds several alerts."};
inline constexpr Anomaly kAlertSplit{"alert_split", Severity::note, "An alert is split over two records."};
inline constexpr Anomaly kAlertBad{"alert_bad", Severity::low,
                                   "An alert has a level that does not exist, or is not two bytes long."};
inline constexpr Anomaly kAlertEncrypted{"enc_alert", Severity::low,
                                         "An encrypted alert was sent during the handshake: which one cannot be seen "
                                         "without the keys."};

// Hellos.
inline constexpr Anomaly kNotOffered{"sh_not_offered", Severity::high,
                                     "The server chose a version, cipher suite, group or compression method that the "
                                     "client did not offer."};
inline constexpr Anomaly kDowngrade{"downgrade_sentinel", Severity::high,
                                    "The server's random says that it could do better than the version it chose, and "
                                    "the client offered better (RFC 8446 section 4.1.3): somebody may be forcing an "
                                    "old version."};
inline constexpr Anomaly kHelloChanged{
    "hrr_sni_mismatch", Severity::medium,
    "The second ClientHello after a HelloRetryRequest names another server, or none."};
inline constexpr Anomaly kSniAlternative{"sni_alt", Severity::medium,
                                         "The ClientHello names two different servers; the first counts."};
inline constexpr Anomaly kEchOuter{"ech_outer", Severity::note,
                                   "The ClientHello carries an encrypted one, or a decoy of it: the SNI seen may be "
                                   "the public name only."};

// What the readers noticed inside a message, by Oddity.
inline constexpr Anomaly kOfOddity[] = {
    {"ext_overrun", Severity::low, "An extension says it is longer than what holds it."},
    {"ext_malformed", Severity::low, "An extension's body contradicts its own lengths."},
    {"ext_dup", Severity::low, "The same extension stands in a message twice; the first counts."},
    {"vec_overrun", Severity::low, "A list in a message is longer than its bounds or than what holds it."},
    {"vec_empty", Severity::low, "A list in a message that must have a member has none."},
    {"vec_odd", Severity::low, "A list of 16-bit values has an odd number of bytes."},
    {"msg_trailing", Severity::low, "Bytes are left over after the end of a message's structure."},
    {"sni_invalid", Severity::low, "The SNI is empty, too long, or not a DNS name."},
    {"sni_nul", Severity::medium, "The SNI contains a NUL byte."},
    {"sni_ip", Severity::low, "The SNI is an IP address, which RFC 6066 section 3 does not allow."},
    {"sni_multi", Severity::low, "The SNI extension holds more than one host name."},
    {"sni_type", Severity::low, "The SNI extension holds a name of another type than host_name."},
    {"compression_offered", Severity::low, "TLS compression is offered or used (CRIME, CVE-2012-4929)."},
    {"compression_no_null", Severity::low, "The null compression method is not offered, which every version demands."},
    {"psk_not_last", Severity::low, "pre_shared_key is not the last extension (RFC 8446 section 4.2.11)."},
    {"psk_binder_count", Severity::low, "Pre-shared keys and their binders differ in number."},
    {"alpn_empty_name", Severity::low, "ALPN offers a protocol with an empty name."},
};
static_assert(std::size(kOfOddity) == static_cast<std::size_t>(Oddity::count));

inline constexpr const Anomaly* kAll[] = {
    &kDesync,       &kResync,         &kRecordLength, &kRecordZero,     &kRecordUnknown, &kRecordVersion,
    &kNotTls,       &kSsl2,           &kHeartbleed,   &kOrder,          &kTruncated,     &kOverCap,
    &kChainOverCap, &kChainLong,      &kInterleaved,  &kUnknownMessage, &kCcsBad,        &kDataEarly,
    &kAlertSeveral, &kAlertSplit,     &kAlertBad,     &kAlertEncrypted, &kNotOffered,    &kDowngrade,
    &kHelloChanged, &kSniAlternative, &kEchOuter,     &kOverBudget,     &kOfOddity[0],   &kOfOddity[1],
    &kOfOddity[2],  &kOfOddity[3],    &kOfOddity[4],  &kOfOddity[5],    &kOfOddity[6],   &kOfOddity[7],
    &kOfOddity[8],  &kOfOddity[9],    &kOfOddity[10], &kOfOddity[11],   &kOfOddity[12],  &kOfOddity[13],
    &kOfOddity[14], &kOfOddity[15],   &kOfOddity[16],
};

inline constexpr const Anomaly& of(Oddity oddity) { return kOfOddity[static_cast<std::size_t>(oddity)]; }

}  // namespace tlsscope::tls::anomaly
