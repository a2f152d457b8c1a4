#include "capture/pcap_reader.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "bytes/hex.h"
#include "capture/byte_order.h"
#include "capture/link_type.h"

namespace tlsscope::capture {

namespace {

constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4;
constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kModified = 0xa1b2cd34;
// libpcap's list of reserved magic numbers: CBPF savefile, Navtel, fmesquita. Their records are not documented.
constexpr std::array<std::uint32_t, 3> kRefused{0xa1b2c3cb, 0xa12b3c4d, 0xa1b234cd};

constexpr std::size_t kFileHeader = 24;
constexpr std::uint32_t kRecordHeader = 16;
constexpr std::uint32_t kModifiedRecordHeader = 24;
// DEC's libpcap wrote its files as version 543.0; otherwise they are 2.4.
constexpr std::uint16_t kDigitalUnixMajor = 543;

constexpr std::uint32_t kLinkTypeMask = 0x03ffffff;
constexpr std::uint32_t kFcsPresent = 0x04000000;

bool known(std::uint32_t magic) { return magic == kMicroseconds || magic == kNanoseconds || magic == kModified; }

}  // namespace

bool is_pcap(bytes::Bytes start) {
    if (start.size() < 4) return false;
    const std::uint32_t magic = load32(start.data(), false);
    return known(magic) || known(byte_swap(magic));
}

std::string describe_other_pcap(bytes::Bytes start) {
    if (start.size() < 4) return {};
    const std::uint32_t magic = load32(start.data(), false);
    for (const std::uint32_t refused : kRefused)
        if (magic == refused || byte_swap(magic) == refused)
            return "a patched variant of pcap that is not supported (magic number 0x" + hex32(refused) +
                   "): convert it with the program that wrote it";
    return {};
}

std::unique_ptr<FileReader> PcapReader::open(std::unique_ptr<BlockBuffer> buffer, const ReaderContext& context) {
    if (!buffer->ensure(kFileHeader)) {
        context.log.add(Problem::Kind::unreadable, 0, "", short_header(*buffer, "pcap file header", kFileHeader));
        return nullptr;
    }
    const std::uint32_t magic = load32(buffer->view().data(), false);
    const bool swapped = !known(magic);
    std::unique_ptr<PcapReader> reader{
        new PcapReader{std::move(buffer), context, swapped ? byte_swap(magic) : magic, swapped}};
    if (!reader->read_file_header()) return nullptr;
    return reader;
}

PcapReader::PcapReader(std::unique_ptr<BlockBuffer> buffer, const ReaderContext& context, std::uint32_t magic,
                       bool swapped)
    : FileReader{std::move(buffer), context}, swapped_{swapped} {
    if (magic == kModified) header_size_ = kModifiedRecordHeader;
    if (magic == kNanoseconds) {
        ticks_ = 1'000'000'000;
        nanos_per_tick_ = 1;
    }
}

bool PcapReader::read_file_header() {
    const std::uint8_t* at = buffer_->view().data();
    const std::uint16_t major = load16(at + 4, swapped_);
    const std::uint16_t minor = load16(at + 6, swapped_);
    const std::uint32_t snaplen = u32(at + 16);
    const std::uint32_t link_field = u32(at + 20);
    const std::string refused = refuse_header(major, minor, link_field);
    if (!refused.empty()) {
        context_.log.add(Problem::Kind::unreadable, 0, "", refused);
        return false;
    }
    if (major == 2 && minor < 3) lengths_ = LengthOrder::swapped;
    if (major == 2 && minor == 3) lengths_ = LengthOrder::maybe_swapped;
    if (snaplen != 0) snaplen_ = snaplen;
    link_type_ = static_cast<std::uint16_t>(link_field & kLinkTypeMask);
    // The field counts 16-bit words.
    if ((link_field & kFcsPresent) != 0) fcs_length_ = static_cast<std::uint8_t>((link_field >> 28) * 2);
    buffer_->consume(kFileHeader);
    return true;
}

std::string PcapReader::refuse_header(std::uint16_t major, std::uint16_t minor, std::uint32_t link_field) const {
    if (major != 2 && !(major == kDigitalUnixMajor && minor == 0))
        return "pcap version " + std::to_string(major) + "." + std::to_string(minor) + " is not supported";
    const std::uint32_t link_type = link_field & kLinkTypeMask;
    if (link_type > 0xffff || !context_.supports(static_cast<std::uint16_t>(link_type)))
        return "unknown " + link_type_text(link_type) + ": its packets cannot be decoded";
    return {};
}

Step PcapReader::step(Frame& out) {
    const std::uint64_t begin = buffer_->offset();
    if (!buffer_->ensure(header_size_)) return at_end("record header cut short", begin, header_size_);
    const RecordHeader record = read_record_header(buffer_->view().data());
    if (record.captured > kMaxPacket) return too_large(record);
    const std::size_t whole = std::size_t{header_size_} + record.captured;
    if (!buffer_->ensure(whole)) return at_end("packet cut short", begin, whole);
    const std::uint8_t* at = buffer_->view().data();
    if (record.captured == 0 && second_file_header(at)) return too_large(record);
    if (record.fraction >= ticks_ || record.captured > snaplen_) note_oddities(record);

    out.data = {at + header_size_, record.captured};
    out.wire_length = std::max(record.original, record.captured);
    out.time = record::Nanos{record.seconds} * 1'000'000'000 + record::Nanos{record.fraction} * nanos_per_tick_;
    out.link_type = link_type_;
    out.fcs_length = fcs_length_;
    out.interface = 0;
    buffer_->consume(whole);
    return Step::frame;
}

bool PcapReader::buffered() const {
    const bytes::Bytes view = buffer_->view();
    if (view.size() < header_size_) return false;
    return view.size() - header_size_ >= read_record_header(view.data()).captured;
}

PcapReader::RecordHeader PcapReader::read_record_header(const std::uint8_t* at) const {
    RecordHeader record{u32(at), u32(at + 4), u32(at + 8), u32(at + 12)};
    if (lengths_ == LengthOrder::normal) return record;
    if (lengths_ == LengthOrder::swapped || record.captured > record.original)
        std::swap(record.captured, record.original);
    return record;
}

std::uint32_t PcapReader::u32(const std::uint8_t* at) const { return load32(at, swapped_); }

Step PcapReader::too_large(const RecordHeader& record) {
    const std::uint64_t at = buffer_->offset();
    if (second_file_header(buffer_->view().data()))
        context_.log.add(Problem::Kind::damaged, at, "a second pcap file begins here",
                         ": join captures with mergecap, not with cat; what follows was not read");
    else
        context_.log.add(Problem::Kind::damaged, at, "captured length ",
                         std::to_string(record.captured) + " is larger than any packet (262144): damaged from here on");
    return Step::end;
}

bool PcapReader::second_file_header(const std::uint8_t* at) const {
    const bytes::Bytes head{at, kRecordHeader};
    if (!is_pcap(head)) return false;
    const bool swapped = !known(load32(at, false));
    return load16(at + 4, swapped) == 2 && load16(at + 6, swapped) <= 4;
}

void PcapReader::note_oddities(const RecordHeader& record) {
    const std::uint64_t at = buffer_->offset();
    if (record.fraction >= ticks_)
        context_.log.add(Problem::Kind::note, at, "ts_bad: fraction of a second out of range",
                         " (" + std::to_string(record.fraction) + "), carried over to the seconds");
    if (record.captured > snaplen_)
        context_.log.add(Problem::Kind::note, at, "packet longer than the file's snapshot length",
                         " (" + std::to_string(record.captured) + " > " + std::to_string(snaplen_) + "), kept whole");
}

}  // namespace tlsscope::capture
