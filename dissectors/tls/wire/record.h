// The TLS record header: RFC 8446 section 5.1, RFC 5246 section 6.2.1; the same five bytes since SSL 3.0.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bytes/reader.h"
#include "dissectors/tls/wire/types.h"

namespace tlsscope::tls {

inline constexpr std::size_t kRecordHeaderSize = 5;
/// RFC 8446 section 5.1: a plaintext fragment.
inline constexpr std::uint16_t kMaxPlaintext = 1U << 14;
/// RFC 8446 section 5.2: TLS 1.3 ciphertext.
inline constexpr std::uint16_t kMaxCiphertext13 = (1U << 14) + 256;
/// RFC 5246 section 6.2.3: ciphertext of TLS 1.2 and older.
inline constexpr std::uint16_t kMaxCiphertext12 = (1U << 14) + 2048;

struct RecordHeader {
    ContentType type{};
    std::uint16_t version = 0;  ///< legacy_record_version: 0x0301 to 0x0303 in practice, not what was negotiated
    std::uint16_t length = 0;   ///< of the fragment that follows
};

/// RFC 8446 section 5.1.
RecordHeader read_record_header(bytes::Reader& in);

/// True for a content type 20 to 24, a version 0x03xx or a draft's 0x7fxx, and a length no version allows to exceed.
/// Used to find the next record after a gap, where a random match must be rare.
bool is_plausible_record_header(const RecordHeader& header);
/// The same on the first five bytes; false when there are fewer.
bool is_plausible_record_header(bytes::Bytes data);

/// Is this the start of a ClientHello or ServerHello in a handshake record of any record version (0x03ff, 0x7f17,
/// 0x0000 too)? Looks at record type, handshake type, both lengths and the hello's version, as far as `data` reaches:
/// at least 6 bytes.
enum class HelloGuess : std::uint8_t { no, need_more, client_hello, server_hello };
HelloGuess guess_hello(bytes::Bytes data);

}  // namespace tlsscope::tls
