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
    const std::string other = describe_other_pcap(start);
    if (!other.empty()) return other;
    return "not a pcap or pcapng capture (it begins with " +
           bytes::hex(start.first(std::min(start.size(), kMagicSize))) + ")";
}

std::string empty_text(const ByteSource& source) {
    return source.fault().empty() ? "empty: not even a file header" : source.fault();
}

bool is_asked_to_stop(int stop) {
    pollfd ready{stop, POLLIN, 0};
    return stop >= 0 && ::poll(&ready, 1, 0) > 0;
}

}  // namespace

Step FileReader::at_end(std::string_view torn, std::size_t needed) {
    const std::size_t left = buffer_->available();
    // What is torn because nobody waits for the rest is no damage.
    if (!is_asked_to_stop(context_.stop)) judge_end(torn, needed);
    buffer_->consume(left);
    return Step::end;
}

void FileReader::judge_end(std::string_view torn, std::size_t needed) {
    const std::size_t left = buffer_->available();
    const std::uint64_t at = buffer_->offset();
    const ByteSource& source = buffer_->source();
    if (!source.fault().empty()) context_.log.add(Problem::Kind::damaged, at, "reading stopped: ", source.fault());
    else if (left != 0)
        context_.log.add(Problem::Kind::damaged, at, torn,
                         ": the file ends after " + std::to_string(left) + " of " + std::to_string(needed) +
                             " bytes; everything before is reported");
    else if (!source.oddity().empty()) context_.log.add(Problem::Kind::note, at, "odd end: ", source.oddity());
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
    const bool empty = buffer->available() == 0;
    context.log.add(Problem::Kind::unreadable, 0, "",
                    empty ? empty_text(buffer->source()) : unrecognised(buffer->view()));
    return nullptr;
}

bool is_capture_file(const std::string& path) {
    OpenedBytes opened = open_bytes(path);
    if (!opened.source) return false;
    BlockBuffer buffer{std::move(opened.source), kMagicSize};
    return buffer.ensure(kMagicSize) && (is_pcap(buffer.view()) || is_pcapng(buffer.view()));
}

}  // namespace tlsscope::capture
