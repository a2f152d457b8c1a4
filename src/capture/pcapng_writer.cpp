#include "capture/pcapng_writer.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "bytes/bytes.h"

namespace tlsscope::capture {

namespace {

constexpr std::size_t kBufferSize = std::size_t{1} << 18;
constexpr std::size_t kLongestText = 65'535;  // an option's length has 16 bits

enum BlockType : std::uint32_t {
    kSection = 0x0a0d0d0a,
    kInterfaceBlock = 1,
    kStatistics = 5,
    kEnhancedPacket = 6,
};

enum Option : std::uint16_t {
    kEndOfOptions = 0,
    kComment = 1,
    kIfName = 2,
    kUserApplication = 4,
    kTsResol = 9,
    kIfFilter = 11,
    kStartTime = 2,
    kEndTime = 3,
    kReceived = 4,
    kDroppedByInterface = 5,
    kDroppedBySystem = 7,
    kDelivered = 8,
};

constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;

}  // namespace

std::unique_ptr<PcapngWriter> PcapngWriter::open(const std::string& path, const files::Rotation& rotation,
                                                 files::Clock clock, std::string application, std::string& error) {
    auto series = files::Series::open(path, rotation, files::Series::Sync::never, clock(), error);
    if (!series) return nullptr;
    return std::unique_ptr<PcapngWriter>{new PcapngWriter{std::move(series), std::move(clock), std::move(application)}};
}

PcapngWriter::PcapngWriter(std::unique_ptr<files::Series> series, files::Clock clock, std::string application)
    : series_{std::move(series)}, clock_{std::move(clock)}, application_{std::move(application)} {
    section_header();
}

PcapngWriter::~PcapngWriter() { flush(); }

std::uint32_t PcapngWriter::add_interface(WrittenInterface interface) {
    interface_block(interface);
    interfaces_.push_back({std::move(interface), {}});
    return static_cast<std::uint32_t>(interfaces_.size() - 1);
}

void PcapngWriter::set_statistics(std::uint32_t interface, const InterfaceStatistics& statistics) {
    if (interface < interfaces_.size()) interfaces_[interface].statistics = statistics;
}

void PcapngWriter::write(const Frame& frame, std::string_view comment) {
    make_room();
    if (series_->complete() || series_->closed_pipe()) return;
    if (!ok() || frame.interface >= interfaces_.size()) {
        ++lost_;
        return;
    }
    begin_block(kEnhancedPacket);
    put(frame.interface);
    put_time(frame.time);
    put(static_cast<std::uint32_t>(frame.data.size()));
    put(std::max(frame.wire_length, static_cast<std::uint32_t>(frame.data.size())));
    put_padded(bytes::as_text(frame.data));
    if (!comment.empty()) {
        option(kComment, comment);
        end_of_options();
    }
    end_block();
    ++buffered_;
}

void PcapngWriter::tick() {
    make_room();
    flush();
}

void PcapngWriter::reopen() {
    flush();
    const bool was_good = ok();
    begin_again(was_good, series_->reopen(clock_()));
    flush();
}

bool PcapngWriter::finish() {
    statistics_blocks();
    flush();
    const bool good = series_->finish();
    return good && lost_ == 0;
}

std::string PcapngWriter::error() const {
    if (series_->closed_pipe()) return {};
    if (!series_->error().empty()) return series_->error();
    return lost_ == 0 ? "" : std::to_string(lost_) + " packets are missing in " + series_->path();
}

/// Before each packet: the next file where it is time for one, an empty buffer where it is full.
void PcapngWriter::make_room() {
    if (series_->due(clock_(), buffer_.size())) {
        const bool was_good = ok();
        if (was_good) statistics_blocks();
        flush();
        if (was_good && !ok()) return;  // the failure comes first; due() says when to try again
        begin_again(was_good, series_->advance(clock_()));
    }
    if (buffer_.size() >= kBufferSize) flush();
}

/// After a failure a file goes on with a section of its own: nobody knows which of the interfaces it has described.
void PcapngWriter::begin_again(bool was_good, bool new_file) {
    if (ok() && (new_file || !was_good)) section_header();
}

void PcapngWriter::flush() {
    if (buffer_.empty()) return;
    if (series_->write(buffer_)) written_ += buffered_;
    else if (!series_->complete() && !series_->closed_pipe()) lost_ += buffered_;
    buffer_.clear();
    buffered_ = 0;
}

/// What every file begins with: also one that was begun after another one failed.
void PcapngWriter::section_header() {
    begin_block(kSection);
    put(kByteOrderMagic);
    put(std::uint16_t{1});
    put(std::uint16_t{0});
    put(~std::uint64_t{0});  // the section's length is not known yet
    option(kUserApplication, application_);
    end_of_options();
    end_block();
    for (const Interface& i : interfaces_) interface_block(i.described);
}

void PcapngWriter::interface_block(const WrittenInterface& interface) {
    begin_block(kInterfaceBlock);
    put(interface.link_type);
    put(std::uint16_t{0});
    put(interface.snaplen);
    option(kIfName, interface.name);
    const char nanoseconds = 9;
    option(kTsResol, {&nanoseconds, 1});
    // A leading zero byte: the filter is a text in libpcap's language.
    if (!interface.filter.empty()) option(kIfFilter, std::string(1, '\0') + interface.filter);
    end_of_options();
    end_block();
}

void PcapngWriter::statistics_blocks() {
    for (std::uint32_t i = 0; i < interfaces_.size(); ++i) {
        const auto& statistics = interfaces_[i].statistics;
        if (!statistics) continue;
        begin_block(kStatistics);
        put(i);
        put_time(statistics->end);
        time_option(kStartTime, statistics->begin);
        time_option(kEndTime, statistics->end);
        counter(kReceived, statistics->received);
        counter(kDroppedByInterface, statistics->dropped_by_interface);
        counter(kDroppedBySystem, statistics->dropped_by_system);
        counter(kDelivered, statistics->delivered);
        end_of_options();
        end_block();
    }
}

void PcapngWriter::begin_block(std::uint32_t type) {
    block_at_ = buffer_.size();
    put(type);
    put(std::uint32_t{0});  // the length, when it is known
}

void PcapngWriter::end_block() {
    const auto length = static_cast<std::uint32_t>(buffer_.size() - block_at_ + sizeof(std::uint32_t));
    std::memcpy(buffer_.data() + block_at_ + sizeof(std::uint32_t), &length, sizeof length);
    put(length);
}

void PcapngWriter::option(std::uint16_t code, std::string_view value) {
    if (value.empty()) return;
    value = value.substr(0, kLongestText);
    put(code);
    put(static_cast<std::uint16_t>(value.size()));
    put_padded(value);
}

void PcapngWriter::counter(std::uint16_t code, const std::optional<std::uint64_t>& value) {
    if (!value) return;
    put(code);
    put(std::uint16_t{sizeof *value});
    put(*value);
}

void PcapngWriter::time_option(std::uint16_t code, record::Nanos time) {
    if (time == record::kNoTime) return;
    put(code);
    put(std::uint16_t{sizeof time});
    put_time(time);
}

void PcapngWriter::end_of_options() {
    put(std::uint16_t{kEndOfOptions});
    put(std::uint16_t{0});
}

/// In this machine's byte order, which the section header shows.
template <class Integer>
void PcapngWriter::put(Integer value) {
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    buffer_.append(raw, sizeof value);
}

/// Upper half, lower half. Nothing before 1970 can be written.
void PcapngWriter::put_time(record::Nanos time) {
    const auto ticks = static_cast<std::uint64_t>(std::max<record::Nanos>(time, 0));
    put(static_cast<std::uint32_t>(ticks >> 32));
    put(static_cast<std::uint32_t>(ticks));
}

void PcapngWriter::put_padded(std::string_view bytes) {
    buffer_ += bytes;
    buffer_.append((4 - bytes.size() % 4) % 4, '\0');
}

}  // namespace tlsscope::capture
