#include "capture/pcapng_reader.h"

#include <algorithm>

#include "capture/byte_order.h"
#include "capture/link_type.h"

namespace tlsscope::capture {

namespace {

enum BlockType : std::uint32_t {
    kInterface = 1,
    kOldPacket = 2,
    kSimplePacket = 3,
    kNames = 4,
    kEnhancedPacket = 6,
    kSecrets = 10,
    kSection = 0x0a0d0d0a,  // the same in both byte orders
};

constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kSmallestBlock = 12;
constexpr std::uint32_t kSmallestSection = 28;
// Room for the largest packet with any sensible options; also for secrets. Only blocks that are skipped may be longer.
constexpr std::uint32_t kLargestBlock = 16U << 20;
constexpr std::size_t kMaxInterfaces = 1024;
constexpr std::size_t kBlockHeader = 8;
constexpr std::size_t kTrailer = 4;
constexpr std::string_view kLengthsDiffer = "the lengths at both ends of the block differ";

}  // namespace

bool is_pcapng(bytes::Bytes start) { return start.size() >= 4 && load32(start.data(), false) == kSection; }

std::unique_ptr<FileReader> PcapngReader::open(std::unique_ptr<BlockBuffer> buffer, const ReaderContext& context) {
    const auto refuse = [&](const std::string& why) -> std::unique_ptr<FileReader> {
        context.log.add(Problem::Kind::unreadable, 0, "", why);
        return nullptr;
    };
    if (!buffer->ensure(kSmallestSection))
        return refuse(short_header(*buffer, "pcapng Section Header Block", kSmallestSection));
    const std::uint8_t* at = buffer->view().data();
    const std::uint32_t order = load32(at + 8, false);
    const bool swapped = order != kByteOrderMagic;
    if (swapped && byte_swap(order) != kByteOrderMagic) return refuse("pcapng byte-order magic is wrong");
    const std::uint16_t major = load16(at + 12, swapped);
    if (major != 1) return refuse("this version of pcapng is not supported");
    return std::unique_ptr<PcapngReader>{new PcapngReader{std::move(buffer), context}};
}

Step PcapngReader::step(Frame& out) {
    block_at_ = buffer_->offset();
    if (!buffer_->ensure(kBlockHeader)) return end_of_file("block header cut short", kBlockHeader);
    const std::uint8_t* at = buffer_->view().data();
    if (load32(at, false) == kSection) return section_header();
    return block({u32(at), u32(at + 4)}, out);
}

Step PcapngReader::block(const BlockHeader& header, Frame& out) {
    if (header.length < kSmallestBlock) return stop("block length ", std::to_string(header.length) + " is too small");
    if (header.length % 4 != 0) return stop("block length ", std::to_string(header.length) + " is not a multiple of 4");
    const bool wanted = header.type == kEnhancedPacket || header.type == kOldPacket || header.type == kSimplePacket ||
                        header.type == kInterface || header.type == kSecrets || header.type == kNames;
    if (!wanted) return skip_block(header);
    if (header.length > kLargestBlock)
        return stop("block length ", std::to_string(header.length) + " is more than 16 MiB");
    if (!buffer_->ensure(header.length)) return end_of_file("block cut short", header.length);
    if (!trailer_agrees(header.length, header.length - kTrailer)) return stop(kLengthsDiffer);

    const bytes::Bytes body = buffer_->view().subspan(kBlockHeader, header.length - kSmallestBlock);
    buffer_->consume(header.length);
    switch (header.type) {
        case kEnhancedPacket: return enhanced_packet(body, out);
        case kOldPacket: return old_packet(body, out);
        case kSimplePacket: return simple_packet(body, out);
        case kInterface: return interface_block(body);
        default: return extras_block(header.type, body);
    }
}

bool PcapngReader::buffered() const {
    const bytes::Bytes view = buffer_->view();
    return view.size() >= kBlockHeader && load32(view.data(), false) != kSection &&
           view.size() >= u32(&view[4]) + kBlockHeader;
}

Step PcapngReader::section_header() {
    if (!buffer_->ensure(kSmallestSection)) return end_of_file("section header cut short", kSmallestSection);
    const std::uint8_t* at = buffer_->view().data();
    const std::uint32_t order = load32(at + 8, false);
    if (order != kByteOrderMagic && byte_swap(order) != kByteOrderMagic) return stop("byte-order magic is wrong");
    swapped_ = order != kByteOrderMagic;
    const std::uint32_t length = u32(at + 4);
    if (length < kSmallestSection || length % 4 != 0)
        return stop("section header length ", std::to_string(length) + " is not possible");
    const std::uint16_t major = load16(at + 12, swapped_);
    if (major != 1) return stop("pcapng version ", std::to_string(major) + " is not supported");
    // The section's length is not used: writers get it wrong, and the blocks say all there is to know.
    interfaces_.clear();
    return skip_block({kSection, length});
}

Step PcapngReader::skip_block(const BlockHeader& header) {
    if (!buffer_->skip(header.length - kTrailer) || !buffer_->ensure(kTrailer))
        return end_of_file("block cut short", header.length);
    // Its length is all that is known of where the next block begins, so that a wrong one would invent packets.
    if (!trailer_agrees(header.length, 0)) return stop(kLengthsDiffer);
    buffer_->consume(kTrailer);
    return Step::other;
}

Step PcapngReader::interface_block(bytes::Bytes body) {
    InterfaceDescription interface;
    if (!read_interface(body, swapped_, interface)) return stop("interface block is too short");
    const bool supported = context_.supports(interface.link_type);
    any_interface_ = true;
    any_supported_ |= supported;
    if (!interface.oddity.empty())
        context_.log.add(interface.no_time ? Problem::Kind::damaged : Problem::Kind::note, block_at_, interface.oddity);
    if (!supported)
        context_.log.add(Problem::Kind::note, block_at_, "unknown ",
                         link_type_text(interface.link_type) + ": packets of this interface cannot be decoded");
    if (interfaces_.size() == kMaxInterfaces) {
        context_.log.add(Problem::Kind::damaged, block_at_, "more than 1024 interfaces in a section",
                         ": packets of the others are skipped");
        return Step::other;
    }
    interfaces_.push_back(interface);
    return Step::other;
}

Step PcapngReader::extras_block(std::uint32_t type, bytes::Bytes body) {
    const bool good = type == kSecrets ? read_secrets(body, swapped_, context_.extras, room_)
                                       : read_names(body, swapped_, context_.extras, room_);
    if (!good) context_.log.add(Problem::Kind::note, block_at_, "damaged secrets or name block", ", dropped");
    return Step::other;
}

Step PcapngReader::enhanced_packet(bytes::Bytes body, Frame& out) {
    constexpr std::size_t kHeader = 20;
    if (body.size() < kHeader) return skipped_packet("packet block too short for its header");
    const std::uint8_t* at = body.data();
    PacketFields packet;
    packet.interface = u32(at);
    packet.ticks = std::uint64_t{u32(at + 4)} << 32 | u32(at + 8);
    packet.captured = u32(at + 12);
    packet.original = u32(at + 16);
    packet.header = kHeader;
    return deliver(packet, body, out);
}

Step PcapngReader::old_packet(bytes::Bytes body, Frame& out) {
    constexpr std::size_t kHeader = 20;
    if (body.size() < kHeader) return skipped_packet("packet block too short for its header");
    const std::uint8_t* at = body.data();
    PacketFields packet;
    packet.interface = load16(at, swapped_);
    packet.ticks = std::uint64_t{u32(at + 4)} << 32 | u32(at + 8);
    packet.captured = u32(at + 12);
    packet.original = u32(at + 16);
    packet.header = kHeader;
    return deliver(packet, body, out);
}

Step PcapngReader::simple_packet(bytes::Bytes body, Frame& out) {
    constexpr std::size_t kHeader = 4;
    if (body.size() < kHeader) return skipped_packet("packet block too short for its header");
    if (interfaces_.empty()) return skipped_packet("packet block before any interface block");
    PacketFields packet;
    packet.original = u32(body.data());
    // It does not say how much was captured: what the interface's limit leaves, and what fits in the block.
    const std::uint32_t snaplen = interfaces_.front().snaplen;
    packet.captured = snaplen == 0 ? packet.original : std::min(packet.original, snaplen);
    packet.captured = std::min(packet.captured, static_cast<std::uint32_t>(body.size() - kHeader));
    packet.header = kHeader;
    packet.has_time = false;
    return deliver(packet, body, out);
}

Step PcapngReader::deliver(const PacketFields& packet, bytes::Bytes body, Frame& out) {
    if (packet.interface >= interfaces_.size())
        return skipped_packet("packet block of an interface that is not described");
    if (packet.captured > body.size() - packet.header)
        return skipped_packet("captured length is larger than its block");
    if (packet.captured > kMaxPacket) return skipped_packet("captured length is larger than any packet (262144)");
    const InterfaceDescription& interface = interfaces_[packet.interface];
    out.data = body.subspan(packet.header, packet.captured);
    out.wire_length = std::max(packet.original, packet.captured);
    out.time = packet.has_time ? interface.time.nanos(packet.ticks) : record::kNoTime;
    out.link_type = interface.link_type;
    out.fcs_length = interface.fcs_length;
    out.interface = packet.interface;
    const std::size_t options = packet.header + (std::size_t{packet.captured} + 3) / 4 * 4;
    if (options < body.size() && packet.has_time) {
        const std::uint8_t fcs = fcs_from_flags(body.subspan(options));
        if (fcs != 0) out.fcs_length = fcs;
    }
    return Step::frame;
}

Step PcapngReader::skipped_packet(std::string_view why) {
    context_.log.add(Problem::Kind::damaged, block_at_, why, ": skipped");
    return Step::other;
}

Step PcapngReader::stop(std::string_view what, std::string_view detail) {
    context_.log.add(Problem::Kind::damaged, block_at_, what,
                     std::string{detail} + ": nothing can be read from here on");
    return Step::end;
}

Step PcapngReader::end_of_file(std::string_view torn, std::uint64_t needed) {
    if (any_interface_ && !any_supported_)
        context_.log.add(Problem::Kind::unreadable, 0, "no interface of a link type that can be decoded");
    return at_end(torn, block_at_, needed);
}

bool PcapngReader::trailer_agrees(std::uint32_t length, std::size_t trailer_at) {
    if (u32(buffer_->view().data() + trailer_at) == length) return true;
    if (!plausible_block_at(trailer_at + kTrailer)) return false;
    context_.log.add(Problem::Kind::note, block_at_, "the lengths at both ends of a block differ",
                     ": the first one was right, going by what follows");
    return true;
}

bool PcapngReader::plausible_block_at(std::size_t offset) {
    if (!buffer_->ensure(offset + kBlockHeader)) return buffer_->available() == offset;
    const std::uint8_t* at = buffer_->view().data() + offset;
    const std::uint32_t type = u32(at);
    const std::uint32_t length = u32(at + 4);
    constexpr std::uint32_t kHighestAssigned = 0x0bad;  // the Custom Block; vendors' own have the top bit
    const bool type_plausible = type == kSection || (type != 0 && type <= kHighestAssigned) || type >> 31 != 0;
    return type_plausible &&
           (type == kSection || (length >= kSmallestBlock && length % 4 == 0 && length <= kLargestBlock));
}

std::uint32_t PcapngReader::u32(const std::uint8_t* at) const { return load32(at, swapped_); }

std::uint8_t PcapngReader::fcs_from_flags(bytes::Bytes options) const {
    constexpr std::uint16_t kEndOfOptions = 0, kFlags = 2;
    OrderedReader in{options, swapped_};
    while (in.more()) {
        const std::uint16_t code = in.u16();
        const std::uint16_t length = in.u16();
        const bytes::Bytes value = in.take_padded(length);
        if (code == kEndOfOptions) break;
        if (code == kFlags && value.size() == 4)
            return static_cast<std::uint8_t>(load32(value.data(), swapped_) >> 5 & 0xf);
    }
    return 0;
}

}  // namespace tlsscope::capture
