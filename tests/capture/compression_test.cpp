#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/compression.h"
#include "capture_testing.h"
#include "support/byte_faults.h"

namespace tlsscope::capture {
namespace {

using namespace support;
using testing::HasSubstr;

/// Packets whose bytes do not compress away, so that a cut hits their middle.
PcapBuilder packets(int count) {
    PcapBuilder file;
    std::uint32_t random = 1;
    for (int i = 0; i < count; ++i) {
        std::string payload(400, ' ');
        for (char& c : payload) {
            random = random * 1'664'525 + 1'013'904'223;
            c = static_cast<char>(random >> 24);
        }
        file.packet(tcp({.payload = payload}).ipv4().ethernet());
    }
    return file;
}

constexpr Compression kAll[] = {Compression::gzip, Compression::zstd, Compression::xz, Compression::lz4,
                                Compression::bzip2};

TEST(Compression, is_recognised_by_content) {
    for (const Compression kind : kAll)
        EXPECT_EQ(recognise_compression(compress(Buffer(100), kind)), kind) << name(kind);
    EXPECT_EQ(recognise_compression(PcapBuilder{}.bytes()), Compression::none);
    EXPECT_EQ(recognise_compression(from_hex("1f8b")), Compression::none);
    EXPECT_EQ(recognise_compression({}), Compression::none);
}

TEST(Compression, F53_all_kinds_give_the_same_packets) {
    const PcapBuilder file = packets(1000);
    const ReadResult plain = read_all(file.bytes());
    for (const Compression kind : kAll) {
        const ReadResult got = read_all(compress(file.bytes(), kind));
        EXPECT_TRUE(got.problems.empty()) << name(kind);
        ASSERT_EQ(got.frames.size(), 1000U) << name(kind);
        for (std::size_t i = 0; i < 1000; ++i) ASSERT_EQ(got.frames[i].data, plain.frames[i].data);
    }
}

TEST(Compression, F53_torn_data_gives_what_comes_before) {
    const PcapBuilder file = packets(1000);
    for (const Compression kind : kAll) {
        Buffer torn = compress(file.bytes(), kind);
        torn.resize(torn.size() - 1000);
        const ReadResult got = read_all(torn);
        ASSERT_EQ(got.problems.size(), 1U) << name(kind);
        // bzip2 and lz4 unpack blocks of up to 4 MiB at a time, all or nothing; the others some 100 kB.
        const bool large_blocks = kind == Compression::bzip2 || kind == Compression::lz4;
        EXPECT_GE(got.frames.size(), large_blocks ? 0U : kind == Compression::gzip ? 990U : 500U) << name(kind);
        EXPECT_LT(got.frames.size(), 1000U) << name(kind);
        EXPECT_EQ(got.problems[0].kind, got.frames.empty() ? Problem::Kind::unreadable : Problem::Kind::damaged);
        EXPECT_THAT(got.problems[0].reason, testing::ContainsRegex("runcated|cut short|No progress")) << name(kind);
    }
}

/// All of the file may be read while some of what it holds did not fit the room that was given.
TEST(Compression, F53_torn_gzip_gives_all_it_has_to_rooms_of_any_size) {
    const auto unpack = [](const TempFile& file, std::size_t piece) {
        const auto source = open_bytes(file.path()).source;
        Buffer out;
        Buffer room(piece);
        while (const std::size_t got = source->read(room)) put(out, bytes::Bytes{room}.first(got));
        EXPECT_THAT(source->fault(), HasSubstr("cut short"));
        return out;
    };
    const Buffer gz = compress(Buffer(5000, 'a'), Compression::gzip);  // copies of up to 258 bytes each
    for (const std::size_t missing : {8U, 10U, 12U}) {
        const TempFile torn{Buffer(gz.begin(), gz.end() - static_cast<std::ptrdiff_t>(missing))};
        const Buffer all = unpack(torn, 1 << 16);
        EXPECT_GT(all.size(), 1000U);
        for (const std::size_t piece : {1U, 7U, 777U}) EXPECT_EQ(unpack(torn, piece).size(), all.size()) << piece;
    }
}

TEST(Compression, F53_bad_checksum) {
    Buffer gz = compress(packets(1000).bytes(), Compression::gzip);
    gz[gz.size() - 8] ^= 1;
    const ReadResult got = read_all(gz);
    EXPECT_EQ(got.frames.size(), 1000U);
    ASSERT_EQ(got.problems.size(), 1U);
    EXPECT_EQ(got.problems[0].kind, Problem::Kind::damaged);
    EXPECT_THAT(got.problems[0].reason, HasSubstr("incorrect data check"));
}

TEST(Compression, F53_two_members) {
    const Buffer whole = packets(1000).bytes();
    const Buffer first{whole.begin(), whole.begin() + 12345};
    const Buffer second{whole.begin() + 12345, whole.end()};
    for (const Compression kind : {Compression::gzip, Compression::zstd, Compression::bzip2, Compression::lz4}) {
        const ReadResult got = read_all(join({compress(first, kind), compress(second, kind)}));
        EXPECT_EQ(got.frames.size(), 1000U) << name(kind);
        EXPECT_TRUE(got.problems.empty()) << name(kind);
    }
}

TEST(Compression, F53_trailing_bytes) {
    const ReadResult got = read_all(join({compress(packets(1000).bytes(), Compression::gzip), Buffer(12)}));
    EXPECT_EQ(got.frames.size(), 1000U);
    ASSERT_EQ(got.problems.size(), 1U);
    EXPECT_EQ(got.problems[0].kind, Problem::Kind::note);
    EXPECT_THAT(got.problems[0].reason, HasSubstr("12 bytes after the end"));
}

TEST(Compression, F54_nested_compression_is_not_unpacked) {
    const Buffer file = packets(10).bytes();
    for (const Compression outer : kAll)
        for (const Compression inner : kAll) {
            const ReadResult got = read_all(compress(compress(file, inner), outer));
            EXPECT_TRUE(got.frames.empty()) << name(outer) << name(inner);
            ASSERT_EQ(got.problems.size(), 1U);
            EXPECT_EQ(got.problems[0].kind, Problem::Kind::unreadable);
            EXPECT_THAT(got.problems[0].reason, HasSubstr("compressed twice"));
        }
}

TEST(Compression, F54_a_bomb_needs_one_block) {
    PcapngBuilder bomb;
    bomb.section().interface().block(0x80000001, Buffer(6U << 20)).packet(0, Buffer(60), 1);
    for (const Compression kind : kAll) {
        const TempFile file{compress(bomb.bytes(), kind)};
        ASSERT_LT(stored_size(file.path()), 1U << 20) << name(kind);
        BlockBuffer buffer{open_bytes(file.path()).source};
        EXPECT_TRUE(buffer.skip(bomb.bytes().size())) << name(kind);
        EXPECT_FALSE(buffer.ensure(1));
        EXPECT_EQ(buffer.blocks(), 1U);
        EXPECT_EQ(read_paths({file.path()}).frames.size(), 1U) << name(kind);
    }
}

TEST(Compression, nothing_inside) {
    // libarchive cannot write an empty lz4 file.
    for (const Compression kind : {Compression::gzip, Compression::zstd, Compression::xz, Compression::bzip2}) {
        const ReadResult got = read_all(compress({}, kind));
        ASSERT_EQ(got.problems.size(), 1U) << name(kind);
        EXPECT_EQ(got.problems[0].kind, Problem::Kind::unreadable) << name(kind);
    }
}

TEST(Compression, every_cut_of_a_gzip_header_is_survived) {
    const Buffer gz = compress(PcapBuilder{}.packet(Buffer(60)).bytes(), Compression::gzip);
    for (std::size_t size = 0; size < gz.size(); ++size) {
        const ReadResult got = read_all(Buffer(gz.begin(), gz.begin() + static_cast<std::ptrdiff_t>(size)));
        EXPECT_EQ(got.problems.size(), 1U) << size;
    }
}

}  // namespace
}  // namespace tlsscope::capture
