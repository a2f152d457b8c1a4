#include "capture/file_reader.h"

#include <poll.h>

#include "bytes/hex.h"
#include "capture/compression.h"
#include "capture/pcap_reader.h"
#include "capture/pcapng_reader.h"

namespace tlsscope::capture {

namespace {

constexpr std::size_t kMagicSize = 4;
constexpr std::size_t kLongestMagic = 6;

std::string unrecognised(bytes::Bytes start) {
    const Compression nested = recognise_compression(start);
    if (nested != Compression::none)
        return std::string{"compressed twice (inside there is "} + name(nested) + " data): unpack it once first";
    std::string other = describe_other_pcap(start);
    if (!other.empty()) return other;
    return "not a pcap or pcapng capture (it begins with " +
           bytes::hex(start.first(std::min(start.size(), kMagicSize))) + ")";
}

/// Of bytes that are no capture: a fault may be all that is wrong with them.
std::string no_capture(const BlockBuffer& buffer) {
    if (!buffer.source().fault().empty()) return buffer.source().fault();
    return buffer.available() == 0 ? "empty: not even a file header" : unrecognised(buffer.view());
}

bool is_asked_to_stop(int stop) {
    pollfd ready{stop, POLLIN, 0};
    return stop >= 0 && ::poll(&ready, 1, 0) > 0;
}

}  // namespace

Step FileReader::at_end(std::string_view torn, std::uint64_t begin, std::uint64_t needed) {
    // What is torn because nobody waits for the rest is no damage.
    if (!is_asked_to_stop(context_.stop)) judge_end(torn, begin, needed);
    buffer_->consume(buffer_->available());
    return Step::end;
}

void FileReader::judge_end(std::string_view torn, std::uint64_t begin, std::uint64_t needed) {
    const std::uint64_t left = buffer_->offset() + buffer_->available() - begin;
    const ByteSource& source = buffer_->source();
    if (!source.fault().empty()) context_.log.add(Problem::Kind::damaged, begin, "reading stopped: ", source.fault());
    else if (left != 0)
        context_.log.add(Problem::Kind::damaged, begin, torn,
                         ": the file ends after " + std::to_string(left) + " of " + std::to_string(needed) +
                             " bytes; everything before is reported");
    else if (!source.oddity().empty()) context_.log.add(Problem::Kind::note, begin, "odd end: ", source.oddity());
}

std::unique_ptr<FileReader> open_file(const std::string& path, const ReaderContext& context) {
    OpenedBytes opened = open_bytes(path, context.stop);
    if (opened.source) return open_stream(std::make_unique<BlockBuffer>(std::move(opened.source)), context);
    context.log.add(Problem::Kind::unreadable, 0, "", opened.error);
    return nullptr;
}

std::unique_ptr<FileReader> open_stream(std::unique_ptr<BlockBuffer> buffer, const ReaderContext& context) {
    // More than a magic number: enough to recognise nested compression. A shorter file is no capture anyway.
    (void)buffer->ensure(kLongestMagic);
    if (is_pcap(buffer->view())) return PcapReader::open(std::move(buffer), context);
    if (is_pcapng(buffer->view())) return PcapngReader::open(std::move(buffer), context);
    context.log.add(Problem::Kind::unreadable, 0, "", no_capture(*buffer));
    return nullptr;
}

std::string short_header(const BlockBuffer& buffer, std::string_view header, std::size_t needed) {
    if (!buffer.source().fault().empty()) return buffer.source().fault();
    return std::string{header} + " cut short: " + std::to_string(buffer.available()) + " of " + std::to_string(needed) +
           " bytes";
}

bool is_capture_file(const std::string& path) {
    OpenedBytes opened = open_bytes(path);
    if (!opened.source) return false;
    BlockBuffer buffer{std::move(opened.source), kMagicSize};
    return buffer.ensure(kMagicSize) && (is_pcap(buffer.view()) || is_pcapng(buffer.view()));
}

}  // namespace tlsscope::capture
