#include "support/byte_faults.h"

#include <archive.h>
#include <archive_entry.h>

#include <fstream>
#include <iterator>

#include "capture/byte_order.h"

namespace tlsscope::support {

namespace {

using capture::load32;

constexpr std::size_t kPcapHeader = 24, kRecordHeader = 16, kModifiedHeader = 24, kSmallestBlock = 12;

std::uint64_t mix(std::uint64_t sum, std::uint64_t value) { return (sum ^ value) * 0x100000001b3ULL; }

std::uint64_t checksum(std::uint64_t sum, const capture::Frame& f) {
    for (const std::uint8_t b : f.data) sum = mix(sum, b);
    return mix(mix(mix(sum, static_cast<std::uint64_t>(f.time)), f.wire_length), f.number);
}

std::vector<Border> pcap_borders(bytes::Bytes file) {
    const std::uint32_t magic = load32(file.data(), false);
    const bool swapped = magic >> 24 != 0xa1;
    const bool modified = (swapped ? capture::byte_swap(magic) : magic) == 0xa1b2cd34;
    const std::size_t header = modified ? kModifiedHeader : kRecordHeader;
    std::vector<Border> out{{kPcapHeader, 0}};
    for (std::size_t at = kPcapHeader; at + header <= file.size();) {
        at += header + load32(&file[at + 8], swapped);
        if (at > file.size()) break;
        out.push_back({at, out.size()});
    }
    return out;
}

bool is_packet(std::uint32_t type) { return type == 2 || type == 3 || type == 6; }

std::vector<Border> pcapng_borders(bytes::Bytes file) {
    bool swapped = false;
    std::vector<Border> out{{0, 0}};
    for (std::size_t at = 0; at + kSmallestBlock <= file.size();) {
        const std::uint32_t type = load32(&file[at], swapped);
        if (type == 0x0a0d0d0a) swapped = load32(&file[at + 8], false) != 0x1a2b3c4d;
        const std::uint32_t length = load32(&file[at + 4], swapped);
        if (length < kSmallestBlock || length % 4 != 0 || length > file.size() - at) break;
        at += length;
        out.push_back({at, out.back().frames + (is_packet(type) ? 1 : 0)});
    }
    return out;
}

la_ssize_t append(archive*, void* to, const void* data, std::size_t size) {
    put(*static_cast<Buffer*>(to), bytes::Bytes{static_cast<const std::uint8_t*>(data), size});
    return static_cast<la_ssize_t>(size);
}

void add_filter(archive* a, Compression kind) {
    switch (kind) {
        case Compression::gzip: archive_write_add_filter_gzip(a); break;
        case Compression::zstd: archive_write_add_filter_zstd(a); break;
        case Compression::xz: archive_write_add_filter_xz(a); break;
        case Compression::lz4: archive_write_add_filter_lz4(a); break;
        case Compression::bzip2: archive_write_add_filter_bzip2(a); break;
        case Compression::none: break;
    }
}

}  // namespace

StreamResult read_stream(std::unique_ptr<ByteSource> source, const std::string& name) {
    constexpr std::size_t kBlock = 1 << 16;
    StreamResult out;
    capture::ProblemLog log{name, out.problems};
    capture::Extras extras;
    const auto reader =
        capture::open_stream(std::make_unique<capture::BlockBuffer>(std::move(source), kBlock), {log, extras});
    capture::Frame frame;
    while (reader) {
        const capture::Step step = reader->step(frame);
        if (step == capture::Step::end) break;
        if (step != capture::Step::frame) continue;
        frame.number = ++out.frames;
        out.checksum = checksum(out.checksum, frame);
    }
    log.close();
    return out;
}

std::vector<Border> borders_of(bytes::Bytes file) {
    return load32(file.data(), false) == 0x0a0d0d0a ? pcapng_borders(file) : pcap_borders(file);
}

std::optional<Border> border_before(const std::vector<Border>& borders, std::size_t place) {
    constexpr std::size_t kSectionHeader = 28;
    const std::size_t smallest = std::max(borders.front().at, borders.front().at == 0 ? kSectionHeader : 0);
    if (place < smallest) return std::nullopt;
    const auto behind = std::upper_bound(borders.begin(), borders.end(), place,
                                         [](std::size_t p, const Border& b) { return p < b.at; });
    return *std::prev(behind);
}

Buffer file_bytes(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

Buffer compress(const Buffer& data, Compression kind) {
    Buffer out;
    archive* a = archive_write_new();
    add_filter(a, kind);
    archive_write_set_format_raw(a);
    archive_write_set_bytes_in_last_block(a, 1);
    archive_write_open(a, &out, nullptr, append, nullptr);
    archive_entry* entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(a, entry);
    archive_write_data(a, data.data(), data.size());
    archive_entry_free(entry);
    archive_write_close(a);
    archive_write_free(a);
    return out;
}

Buffer drain(ByteSource& source) {
    Buffer out, room(1 << 16);
    while (const std::size_t got = source.read(room)) put(out, bytes::Bytes{room}.first(got));
    return out;
}

}  // namespace tlsscope::support
