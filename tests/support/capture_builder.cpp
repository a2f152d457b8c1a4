#include "support/capture_builder.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace tlsscope::support {

namespace {

constexpr std::uint32_t kMicroMagic = 0xa1b2c3d4, kNanoMagic = 0xa1b23c4d, kModifiedMagic = 0xa1b2cd34;
constexpr std::uint32_t kSectionBlock = 0x0a0d0d0a, kByteOrderMagic = 0x1a2b3c4d;

void pad4(Buffer& out) {
    while (out.size() % 4 != 0) out.push_back(0);
}

std::uint32_t magic_of(const PcapOptions& options) {
    if (options.magic) return *options.magic;
    if (options.modified) return kModifiedMagic;
    return options.nanoseconds ? kNanoMagic : kMicroMagic;
}

}  // namespace

void put_ordered(Buffer& out, std::uint64_t value, std::size_t width, bool big_endian) {
    for (std::size_t i = 0; i < width; ++i) {
        const std::size_t byte = big_endian ? width - 1 - i : i;
        out.push_back(static_cast<std::uint8_t>(value >> (8 * byte)));
    }
}

PcapBuilder::PcapBuilder(const PcapOptions& options) : options_{options} {
    const auto field = [&](std::uint64_t value, std::size_t width) {
        put_ordered(bytes_, value, width, options_.big_endian);
    };
    field(magic_of(options_), 4);
    field(options_.major, 2);
    field(options_.minor, 2);
    field(0, 4);
    field(0, 4);
    field(options_.snaplen, 4);
    field(options_.link_type, 4);
}

PcapBuilder& PcapBuilder::packet(const Buffer& data, std::optional<Nanos> time,
                                 std::optional<std::uint32_t> wire_length) {
    clock_ = time.value_or(clock_);
    const Nanos fraction = clock_ % kSecond / (options_.nanoseconds ? 1 : 1000);
    const auto size = static_cast<std::uint32_t>(data.size());
    record(static_cast<std::uint32_t>(clock_ / kSecond), static_cast<std::uint32_t>(fraction), size,
           wire_length.value_or(size), data);
    clock_ += kMillisecond;
    return *this;
}

PcapBuilder& PcapBuilder::record(std::uint32_t seconds, std::uint32_t fraction, std::uint32_t captured,
                                 std::uint32_t original, const Buffer& data) {
    for (const std::uint32_t value : {seconds, fraction, captured, original})
        put_ordered(bytes_, value, 4, options_.big_endian);
    if (options_.modified) bytes_.insert(bytes_.end(), 8, 0);  // interface index, protocol, packet type, padding
    return append(data);
}

PcapBuilder& PcapBuilder::append(const Buffer& anything) {
    put(bytes_, anything);
    return *this;
}

void PcapngBuilder::integer(Buffer& out, std::uint64_t value, std::size_t width) const {
    put_ordered(out, value, width, big_endian_);
}

PcapngBuilder& PcapngBuilder::append(const Buffer& anything) {
    put(bytes_, anything);
    return *this;
}

PcapngBuilder& PcapngBuilder::block(std::uint32_t type, Buffer body, std::optional<std::uint32_t> length,
                                    std::optional<std::uint32_t> trailer) {
    pad4(body);
    const auto total = static_cast<std::uint32_t>(body.size() + 12);
    integer(bytes_, type, 4);
    integer(bytes_, length.value_or(total), 4);
    put(bytes_, body);
    integer(bytes_, trailer.value_or(length.value_or(total)), 4);
    return *this;
}

Buffer PcapngBuilder::option(std::uint16_t code, const Buffer& value) const {
    Buffer out;
    integer(out, code, 2);
    integer(out, value.size(), 2);
    put(out, value);
    pad4(out);
    return out;
}

PcapngBuilder& PcapngBuilder::section(std::optional<bool> big_endian, std::uint64_t length) {
    big_endian_ = big_endian.value_or(big_endian_);
    Buffer body;
    integer(body, kByteOrderMagic, 4);
    integer(body, 1, 2);
    integer(body, 0, 2);
    integer(body, length, 8);
    return block(kSectionBlock, std::move(body));
}

PcapngBuilder& PcapngBuilder::interface(const PcapngInterface& interface) {
    Buffer body;
    integer(body, interface.link_type, 2);
    integer(body, 0, 2);
    integer(body, interface.snaplen, 4);
    if (interface.resolution) put(body, option(9, {*interface.resolution}));
    if (interface.fcs_length) put(body, option(13, {*interface.fcs_length}));
    if (interface.offset) {
        Buffer value;
        integer(value, static_cast<std::uint64_t>(*interface.offset), 8);
        put(body, option(14, value));
    }
    put(body, interface.more_options);
    put(body, option(0, {}));
    return block(1, std::move(body));
}

PcapngBuilder& PcapngBuilder::packet(std::uint32_t interface, const Buffer& data, std::uint64_t ticks,
                                     std::optional<std::uint32_t> wire_length, const Buffer& options) {
    Buffer body;
    integer(body, interface, 4);
    integer(body, ticks >> 32, 4);
    integer(body, ticks & 0xffffffff, 4);
    integer(body, data.size(), 4);
    integer(body, wire_length.value_or(static_cast<std::uint32_t>(data.size())), 4);
    put(body, data);
    pad4(body);
    put(body, options);
    return block(6, std::move(body));
}

PcapngBuilder& PcapngBuilder::simple_packet(const Buffer& data, std::optional<std::uint32_t> wire_length) {
    Buffer body;
    integer(body, wire_length.value_or(static_cast<std::uint32_t>(data.size())), 4);
    put(body, data);
    return block(3, std::move(body));
}

PcapngBuilder& PcapngBuilder::old_packet(std::uint16_t interface, const Buffer& data, std::uint64_t ticks) {
    Buffer body;
    integer(body, interface, 2);
    integer(body, 0, 2);  // drops
    integer(body, ticks >> 32, 4);
    integer(body, ticks & 0xffffffff, 4);
    integer(body, data.size(), 4);
    integer(body, data.size(), 4);
    put(body, data);
    return block(2, std::move(body));
}

PcapngBuilder& PcapngBuilder::secrets(std::uint32_t type, std::string_view text) {
    Buffer body;
    integer(body, type, 4);
    integer(body, text.size(), 4);
    put(body, bytes::as_bytes(text));
    return block(10, std::move(body));
}

PcapngBuilder& PcapngBuilder::name_ipv4(const Buffer& address, std::string_view name) {
    Buffer value = address;
    put(value, bytes::as_bytes(name));
    value.push_back(0);
    Buffer body;
    integer(body, 1, 2);
    integer(body, value.size(), 2);
    put(body, value);
    pad4(body);
    integer(body, 0, 4);
    return block(4, std::move(body));
}

TempDir::TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tlsscope-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = pattern;
}

TempDir::~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::write(const std::string& name, const Buffer& data) const {
    const std::string path = path_ + "/" + name;
    std::ofstream out{path, std::ios::binary};
    out.write(bytes::as_text(data).data(), static_cast<std::streamsize>(data.size()));
    if (!out) throw std::runtime_error("cannot write " + path);
    return path;
}

}  // namespace tlsscope::support
