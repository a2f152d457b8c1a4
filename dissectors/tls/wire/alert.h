// Alert: RFC 8446 section 6, RFC 5246 section 7.2.
#pragma once

#include <cstdint>

#include "bytes/reader.h"

namespace tlsscope::tls {

inline constexpr std::uint8_t kAlertWarning = 1;
inline constexpr std::uint8_t kAlertFatal = 2;
inline constexpr std::uint8_t kCloseNotify = 0;
inline constexpr std::uint8_t kHandshakeFailure = 40;
inline constexpr std::uint8_t kNoCertificate = 41;
inline constexpr std::uint8_t kBadCertificate = 42;
inline constexpr std::uint8_t kUnsupportedCertificate = 43;
inline constexpr std::uint8_t kCertificateRevoked = 44;
inline constexpr std::uint8_t kCertificateExpired = 45;
inline constexpr std::uint8_t kCertificateUnknown = 46;
inline constexpr std::uint8_t kUnknownCa = 48;
inline constexpr std::uint8_t kAccessDenied = 49;
inline constexpr std::uint8_t kExportRestriction = 60;
inline constexpr std::uint8_t kProtocolVersion = 70;
inline constexpr std::uint8_t kInsufficientSecurity = 71;
inline constexpr std::uint8_t kInappropriateFallback = 86;
inline constexpr std::uint8_t kMissingExtension = 109;
inline constexpr std::uint8_t kUnrecognizedName = 112;
inline constexpr std::uint8_t kBadCertificateStatus = 113;
inline constexpr std::uint8_t kCertificateRequired = 116;
inline constexpr std::uint8_t kNoApplicationProtocol = 120;

struct AlertView {
    std::uint8_t level = 0;        ///< 1: warning, 2: fatal; TLS 1.3 ignores it
    std::uint8_t description = 0;  ///< names.h: alert_name

    bool fatal() const { return level == kAlertFatal; }
    /// A level that exists: anything else is more likely ciphertext.
    bool plausible() const { return level == kAlertWarning || level == kAlertFatal; }
};

/// One alert of two bytes; a record may hold several, one after the other.
AlertView read_alert(bytes::Reader& in);

}  // namespace tlsscope::tls
