// The pcap file format, draft-ietf-opsawg-pcap.
#pragma once

#include <memory>
#include <string>

#include "capture/file_reader.h"

namespace tlsscope::capture {

/// A pcap file of any byte order and time resolution, also Kuznetzov's with longer record headers.
bool is_pcap(bytes::Bytes start);
/// A sentence when these are the first bytes of a relative of pcap that cannot be read; else empty.
std::string describe_other_pcap(bytes::Bytes start);

class PcapReader final : public FileReader {
  public:
    /// Empty when the file header cannot be used: then the log says why.
    static std::unique_ptr<FileReader> open(std::unique_ptr<BlockBuffer> buffer, const ReaderContext& context);

    Step step(Frame& out) override;
    bool buffered() const override;

  private:
    /// Files of version 2.2 and older have the two lengths of a record in the other order; of 2.3, some have.
    enum class LengthOrder : std::uint8_t { normal, swapped, maybe_swapped };

    struct RecordHeader {
        std::uint32_t seconds;
        std::uint32_t fraction;
        std::uint32_t captured;
        std::uint32_t original;
    };

    PcapReader(std::unique_ptr<BlockBuffer> buffer, const ReaderContext& context, std::uint32_t magic, bool swapped);
    bool read_file_header();
    std::string refuse_header(std::uint16_t major, std::uint16_t minor, std::uint32_t link_field) const;
    RecordHeader read_record_header(const std::uint8_t* at) const;
    std::uint32_t u32(const std::uint8_t* at) const;
    Step too_large(const RecordHeader& record);
    bool second_file_header(const std::uint8_t* at) const;
    void note_oddities(const RecordHeader& record);

    bool swapped_ = false;  ///< the file's byte order is not this machine's
    LengthOrder lengths_ = LengthOrder::normal;
    std::uint32_t header_size_ = 16;
    std::uint32_t ticks_ = 1'000'000;  ///< per second
    std::uint32_t nanos_per_tick_ = 1000;
    std::uint32_t snaplen_ = kMaxPacket;
    std::uint16_t link_type_ = 0;
    std::uint8_t fcs_length_ = 0;
};

}  // namespace tlsscope::capture
