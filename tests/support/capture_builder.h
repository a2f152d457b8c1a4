// Capture files for tests, byte by byte, right or wrong on purpose:
//
//     PcapBuilder file;                                   // little-endian, microseconds, Ethernet
//     file.packet(tcp({}).ipv4().ethernet());             // 1 ms after the one before
//     TempFile on_disk{file.bytes()};  on_disk.path();
//
//     PcapngBuilder ng;
//     ng.section().interface({.link_type = 1}).packet(0, bytes, time);
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "record/evidence.h"
#include "support/packet_builder.h"

namespace tlsscope::support {

using record::Nanos;

inline constexpr Nanos kSecond = 1'000'000'000;
inline constexpr Nanos kMillisecond = 1'000'000;
/// 2024-01-01 00:00:00 UTC: when test captures begin.
inline constexpr Nanos kStart = 1'704'067'200 * kSecond;

/// Integers of either byte order at the end of a buffer.
void put_ordered(Buffer& out, std::uint64_t value, std::size_t width, bool big_endian);

struct PcapOptions {
    bool big_endian = false;
    bool nanoseconds = false;
    bool modified = false;        ///< Kuznetzov's a1b2cd34: 24-byte record headers
    std::uint32_t link_type = 1;  ///< the whole field: FCS bits too
    std::uint32_t snaplen = 262'144;
    std::uint16_t major = 2;
    std::uint16_t minor = 4;
    std::optional<std::uint32_t> magic = {};
};

class PcapBuilder {
  public:
    explicit PcapBuilder(const PcapOptions& options = {});

    /// A whole packet; without a time 1 ms after the one before.
    PcapBuilder& packet(const Buffer& data, std::optional<Nanos> time = {},
                        std::optional<std::uint32_t> wire_length = {});
    /// A record with every header field given.
    PcapBuilder& record(std::uint32_t seconds, std::uint32_t fraction, std::uint32_t captured, std::uint32_t original,
                        const Buffer& data);
    PcapBuilder& append(const Buffer& anything);
    const Buffer& bytes() const { return bytes_; }

  private:
    PcapOptions options_;
    Nanos clock_ = kStart;
    Buffer bytes_;
};

struct PcapngInterface {
    std::uint16_t link_type = 1;
    std::uint32_t snaplen = 0;
    std::optional<std::uint8_t> resolution = {};  ///< if_tsresol as written
    std::optional<std::int64_t> offset = {};      ///< if_tsoffset, seconds
    std::optional<std::uint8_t> fcs_length = {};
    Buffer more_options = {};  ///< raw, before opt_endofopt
};

class PcapngBuilder {
  public:
    explicit PcapngBuilder(bool big_endian = false) : big_endian_{big_endian} {}

    /// Section Header Block; byte order and unknown length unless said.
    PcapngBuilder& section(std::optional<bool> big_endian = {}, std::uint64_t length = ~std::uint64_t{0});
    PcapngBuilder& interface(const PcapngInterface& interface = {});
    /// Enhanced Packet Block; the time is in units of the interface, which the caller knows.
    PcapngBuilder& packet(std::uint32_t interface, const Buffer& data, std::uint64_t ticks,
                          std::optional<std::uint32_t> wire_length = {}, const Buffer& options = {});
    PcapngBuilder& simple_packet(const Buffer& data, std::optional<std::uint32_t> wire_length = {});
    PcapngBuilder& old_packet(std::uint16_t interface, const Buffer& data, std::uint64_t ticks);
    PcapngBuilder& secrets(std::uint32_t type, std::string_view text);
    PcapngBuilder& name_ipv4(const Buffer& address, std::string_view name);
    /// Any block; the lengths at both ends may be lied about. Body is padded to four.
    PcapngBuilder& block(std::uint32_t type, Buffer body, std::optional<std::uint32_t> length = {},
                         std::optional<std::uint32_t> trailer = {});
    PcapngBuilder& append(const Buffer& anything);
    const Buffer& bytes() const { return bytes_; }
    /// An option of this builder's byte order, padded.
    Buffer option(std::uint16_t code, const Buffer& value) const;
    void integer(Buffer& out, std::uint64_t value, std::size_t width) const;

  private:
    bool big_endian_;
    Buffer bytes_;
};

/// A directory that is gone when the test ends.
class TempDir {
  public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    const std::string& path() const { return path_; }
    /// Writes a file of this name and returns its path.
    std::string write(const std::string& name, const Buffer& data) const;

  private:
    std::string path_;
};

/// A file that is gone when the test ends.
class TempFile {
  public:
    explicit TempFile(const Buffer& data, const std::string& name = "capture") : path_{dir_.write(name, data)} {}
    const std::string& path() const { return path_; }

  private:
    TempDir dir_;
    std::string path_;
};

}  // namespace tlsscope::support
