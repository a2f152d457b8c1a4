// Captures that end anywhere: whatever was whole before the cut is delivered, nothing else is, and what is said names
// the file, the place and the right kind of fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <iostream>
#include <set>

#include "capture/compression.h"
#include "capture_testing.h"
#include "support/byte_faults.h"
#include "support/samples.h"

namespace tlsscope::capture {
namespace {

using namespace support;
using testing::HasSubstr;

constexpr std::size_t kEveryByteUpTo = 8192;

/// One of each: byte orders, clocks, headers, link types, kinds of block, damage of their own, and sizes.
const std::vector<std::string> kPlain = {
    "pcap-big-endian.pcap",
    "pcap-big-endian-nanosecond.pcap",
    "tls13-nanosecond.pcap",
    "pcap-modified.pcap",
    "pcap-empty.pcap",
    "pcap-torn-last-record.pcap",
    "pcap-absurd-record-length.pcap",
    "link-null.pcap",
    "tls13-any-sll2.pcap",
    "pcapng-big-endian.pcapng",
    "pcapng-empty.pcapng",
    "pcapng-damaged-block.pcapng",
    "pcapng-keys-names-comments.pcapng",
    "pcapng-old-packet-block.pcapng",
    "pcapng-simple-packet-block.pcapng",
    "pcapng-two-interfaces-tsresol.pcapng",
    "pcapng-two-sections-mixed-endian.pcapng",
    "pcapng-unknown-section-length-torn.pcapng",
    "nginx-parallel-connections.pcapng",
    "mid-stream-pickup.pcap",
};

/// Every byte at the beginning, then the bytes around every border.
std::set<std::size_t> places(const std::vector<Border>& borders, std::size_t size) {
    std::set<std::size_t> out;
    for (std::size_t at = 0; at <= std::min(size, kEveryByteUpTo); ++at) out.insert(at);
    for (const Border& b : borders)
        for (std::size_t at = b.at - std::min<std::size_t>(b.at, 1); at <= std::min(size, b.at + 1); ++at)
            out.insert(at);
    return out;
}

/// What is said when a file ends in the middle of something: one line with its name, and with the place where the torn
/// record begins unless nothing could be read at all.
std::string wrong_words(const StreamResult& got, const std::string& name, const std::optional<Border>& last) {
    if (got.problems.size() != 1) return std::to_string(got.problems.size()) + " problems";
    const Problem& p = got.problems.front();
    if (p.text().find(name) == std::string::npos) return "no name: " + p.text();
    if (!last) return p.kind == Problem::Kind::unreadable ? "" : "not unreadable: " + p.text();
    if (p.kind != Problem::Kind::damaged) return "not damaged: " + p.text();
    const std::string place = "at byte " + std::to_string(last->at) + ":";
    return p.text().find(place) != std::string::npos ? "" : "not " + place + " " + p.text();
}

/// Cuts at all the places; what the file's own damage lets nobody reach is left out.
std::size_t expect_every_cut(const Buffer& file, const std::string& name) {
    const std::vector<Border> borders = borders_of(file);
    const bool damaged = borders.back().at != file.size();
    const std::size_t reach = borders.back().at + (damaged ? 1 : 0);
    std::size_t cuts = 0;
    for (const std::size_t at : places(borders, reach)) {
        const auto last = border_before(borders, at);
        const StreamResult got = read_stream(std::make_unique<ScriptedBytes>(file, Behaviour{.size = at}), name);
        EXPECT_EQ(got.frames, last ? last->frames : 0) << name << " cut at " << at;
        const bool torn = !last || last->at != at;
        EXPECT_EQ(got.problems.size(), torn ? 1U : 0U) << name << " cut at " << at;
        EXPECT_EQ(torn ? wrong_words(got, name, last) : "", "") << name << " cut at " << at;
        ++cuts;
        if (testing::Test::HasFailure()) break;
    }
    return cuts;
}

TEST(Cut, everywhere_in_plain_captures) {
    std::size_t cuts = 0;
    for (const std::string& name : kPlain) cuts += expect_every_cut(file_bytes(sample_path(name)), name);
    EXPECT_GT(cuts, 100'000U);
}

/// Blocks that are stepped over are the ones most often torn: the statistics that dumpcap writes at its end.
TEST(Cut, in_blocks_that_are_not_looked_into) {
    PcapngBuilder file;
    file.section().interface().packet(0, Buffer(60), 1).block(5, Buffer(40)).block(0x80001234, Buffer(100'000));
    expect_every_cut(file.bytes(), "statistics.pcapng");
}

TEST(Cut, everywhere_in_captures_of_the_corpus) {
    const std::string folder = source_path("../shared/corpus/captures/");
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no captures in ../shared/corpus/captures";
    std::size_t used = 0;
    std::string project;
    for (const std::string& path : files_below(folder)) {
        // The first small one of each project that nothing is wrong with.
        const std::string of = path.substr(folder.size(), path.find('/', folder.size()) - folder.size());
        const Buffer file = file_bytes(path);
        if (of == project || file.size() > 60'000 || recognise_compression(file) != Compression::none) continue;
        if (!read_stream(std::make_unique<ScriptedBytes>(file), path).problems.empty()) continue;
        project = of;
        expect_every_cut(file, path);
        ++used;
    }
    std::cout << used << " captures of the corpus\n";
    EXPECT_GT(used, 5U);
}

/// How much a stored prefix of gzip data holds, by zlib alone.
std::size_t inflated_size(bytes::Bytes prefix) {
    z_stream z{};
    EXPECT_EQ(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
    Buffer in{prefix.begin(), prefix.end()}, out(1 << 17);
    z.next_in = in.data();
    z.avail_in = static_cast<uInt>(in.size());
    z.next_out = out.data();
    z.avail_out = static_cast<uInt>(out.size());
    (void)inflate(&z, Z_SYNC_FLUSH);
    const std::size_t size = z.total_out;
    inflateEnd(&z);
    return size;
}

StreamResult read_compressed(bytes::Bytes stored, Compression kind, const std::string& name) {
    OpenedBytes opened = decompress(std::make_unique<ScriptedBytes>(stored), kind);
    if (opened.source) return read_stream(std::move(opened.source), name);
    return {.problems = {{Problem::Kind::unreadable, name, 0, opened.error}}};
}

std::size_t unpacked_size(bytes::Bytes stored, Compression kind) {
    OpenedBytes opened = decompress(std::make_unique<ScriptedBytes>(stored), kind);
    return opened.source ? drain(*opened.source).size() : 0;
}

/// The packets that are whole in what the stored prefix unpacks to, and a problem of the right kind.
void expect_every_cut_of_compressed(const Buffer& plain, const Buffer& stored, Compression kind) {
    const std::vector<Border> borders = borders_of(plain);
    std::size_t before = 0;
    const std::size_t step = stored.size() > kEveryByteUpTo ? 211 : kind == Compression::gzip ? 1 : 13;
    for (std::size_t at = 6; at < stored.size(); at += step) {
        const bytes::Bytes prefix = bytes::Bytes{stored}.first(at);
        const std::size_t size = unpacked_size(prefix, kind);
        if (kind == Compression::gzip) {
            ASSERT_EQ(size, inflated_size(prefix)) << at;
        }
        ASSERT_GE(size, before) << name(kind) << ": more of the file gave less, at " << at;
        const auto last = border_before(borders, size);
        const StreamResult got = read_compressed(prefix, kind, "cut.pcap.z");
        ASSERT_EQ(got.frames, last ? last->frames : 0) << name(kind) << " cut at " << at;
        ASSERT_EQ(wrong_words(got, "cut.pcap.z", last), "") << name(kind) << " cut at " << at;
        ASSERT_THAT(got.problems[0].reason, testing::ContainsRegex("runcated|cut short|No progress|EOF|nvalid|damaged"))
            << name(kind) << " cut at " << at;
        before = size;
    }
    EXPECT_EQ(read_compressed(stored, kind, "whole").frames, borders.back().frames) << name(kind);
}

TEST(Cut, everywhere_in_compressed_captures) {
    const Buffer plain = file_bytes(sample_path("tls13-nanosecond.pcap"));
    for (const Compression kind :
         {Compression::gzip, Compression::zstd, Compression::xz, Compression::lz4, Compression::bzip2})
        expect_every_cut_of_compressed(plain, compress(plain, kind), kind);
    const Buffer stored = file_bytes(sample_path("one-byte-segments.pcap.gz"));
    const Buffer many = drain(*decompress(std::make_unique<ScriptedBytes>(stored), Compression::gzip).source);
    expect_every_cut_of_compressed(many, stored, Compression::gzip);
}

}  // namespace
}  // namespace tlsscope::capture
