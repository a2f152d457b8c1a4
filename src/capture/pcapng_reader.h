// The pcapng file format, draft-ietf-opsawg-pcapng.
#pragma once

#include <memory>
#include <vector>

#include "capture/file_reader.h"
#include "capture/pcapng_extras.h"
#include "capture/pcapng_interface.h"

namespace tlsscope::capture {

bool is_pcapng(bytes::Bytes start);

/// Sections of either byte order, interfaces that differ in everything: each packet is read by its own interface.
class PcapngReader final : public FileReader {
  public:
    /// Empty when the first Section Header Block cannot be used: then the log says why.
    static std::unique_ptr<FileReader> open(std::unique_ptr<BlockBuffer> buffer, const ReaderContext& context);

    Step step(Frame& out) override;
    bool buffered() const override;

  private:
    struct BlockHeader {
        std::uint32_t type;
        std::uint32_t length;
    };

    /// A packet block's own words about its packet.
    struct PacketFields {
        std::uint32_t interface = 0;
        std::uint64_t ticks = 0;
        std::uint32_t captured = 0;
        std::uint32_t original = 0;
        std::size_t header = 0;  ///< bytes before the packet's data
        bool has_time = true;
    };

    using FileReader::FileReader;

    Step block(const BlockHeader& header, Frame& out);
    Step section_header();
    Step interface_block(bytes::Bytes body);
    Step extras_block(std::uint32_t type, bytes::Bytes body);
    Step skip_block(const BlockHeader& header);
    Step enhanced_packet(bytes::Bytes body, Frame& out);
    Step old_packet(bytes::Bytes body, Frame& out);
    Step simple_packet(bytes::Bytes body, Frame& out);
    Step deliver(const PacketFields& packet, bytes::Bytes body, Frame& out);
    Step skipped_packet(std::string_view why);

    Step stop(std::string_view what, std::string_view detail = {});
    Step end_of_file(std::string_view torn, std::uint64_t needed);
    /// Compares the block's two lengths; the second one is so many bytes ahead.
    bool trailer_agrees(std::uint32_t length, std::size_t trailer_at);
    bool plausible_block_at(std::size_t offset);
    std::uint32_t u32(const std::uint8_t* at) const;
    /// Of the flags option of an Enhanced Packet Block, in bytes; 0 when it does not say.
    std::uint8_t fcs_from_flags(bytes::Bytes options) const;

    bool swapped_ = false;
    std::vector<InterfaceDescription> interfaces_;
    std::uint64_t block_at_ = 0;  ///< offset of the block being read
    ExtrasRoom room_ = room_for_more(context_.extras);
    bool any_supported_ = false;
    bool any_interface_ = false;
};

}  // namespace tlsscope::capture
