// Reads that fail, are interrupted, come byte by byte, and files that change while they are read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include "capture/compression.h"
#include "capture/file_bytes.h"
#include "capture_testing.h"
#include "support/byte_faults.h"
#include "support/samples.h"

namespace tlsscope::capture {
namespace {

using namespace support;
using testing::HasSubstr;

const std::vector<std::string> kNames = {"pcap-big-endian.pcap", "pcap-modified.pcap", "tls13-openssl-rsa.pcapng",
                                         "pcapng-two-sections-mixed-endian.pcapng",
                                         "pcapng-keys-names-comments.pcapng"};

TEST(ReadFault, the_kth_read_fails_for_every_k) {
    for (const std::string& name : kNames) {
        const Buffer file = file_bytes(sample_path(name));
        const std::vector<Border> borders = borders_of(file);
        for (const std::size_t piece : {1U, 5U, 100U, 1000U}) {
            const std::size_t reads = file.size() / piece + 1;
            for (std::size_t k = 0; k<reads; k += reads> 1000 ? 11 : 1) {
                const auto last = border_before(borders, k * piece);
                const Behaviour how{.piece = piece, .fails_at = k};
                const StreamResult got = read_stream(std::make_unique<ScriptedBytes>(file, how), name);
                ASSERT_EQ(got.frames, last ? last->frames : 0) << name << " read " << k << " of " << piece;
                ASSERT_EQ(got.problems.size(), 1U) << name << " read " << k << " of " << piece;
                const Problem& p = got.problems[0];
                ASSERT_THAT(p.text(), HasSubstr(name));
                ASSERT_THAT(p.text(), HasSubstr("Input/output error")) << " read " << k << " of " << piece;
                ASSERT_EQ(p.kind, last ? Problem::Kind::damaged : Problem::Kind::unreadable) << k;
                ASSERT_EQ(p.offset, last ? last->at : 0) << name << " read " << k << " of " << piece;
            }
        }
    }
}

TEST(ReadFault, the_kth_read_below_a_decompressor_fails) {
    const Buffer plain = file_bytes(sample_path("tls13-nanosecond.pcap"));
    for (const Compression kind :
         {Compression::gzip, Compression::zstd, Compression::xz, Compression::lz4, Compression::bzip2}) {
        const Buffer stored = compress(plain, kind);
        constexpr std::size_t kPiece = 64;
        for (std::size_t k = 0; k * kPiece < stored.size(); ++k) {
            const Behaviour how{.piece = kPiece, .fails_at = k};
            OpenedBytes opened = decompress(std::make_unique<ScriptedBytes>(stored, how), kind);
            if (!opened.source) {
                ASSERT_THAT(opened.error, HasSubstr("Input/output error")) << name(kind) << k;
                continue;
            }
            const StreamResult got = read_stream(std::move(opened.source), "x");
            ASSERT_EQ(got.problems.size(), 1U) << name(kind) << " read " << k;
            ASSERT_THAT(got.problems[0].reason, HasSubstr("Input/output error")) << name(kind) << " read " << k;
        }
    }
}

TEST(ReadFault, short_reads_of_any_size_give_the_same_frames) {
    for (const std::string& name : kNames) {
        const Buffer file = file_bytes(sample_path(name));
        const StreamResult whole = read_stream(std::make_unique<ScriptedBytes>(file), name);
        ASSERT_GT(whole.frames, 0U);
        for (const std::size_t piece : {1U, 2U, 3U, 7U, 4095U}) {
            const StreamResult got =
                read_stream(std::make_unique<ScriptedBytes>(file, Behaviour{.piece = piece}), name);
            EXPECT_EQ(got.frames, whole.frames) << name << piece;
            EXPECT_EQ(got.checksum, whole.checksum) << name << piece;
            EXPECT_EQ(got.problems.size(), whole.problems.size()) << name << piece;
        }
    }
}

/// The kernel refuses to read address 0 of a process: a real EIO, from the first read on.
TEST(ReadFault, a_device_that_fails_is_unreadable_in_the_systems_words) {
    const ReadResult got = read_paths({"/proc/self/mem"});
    ASSERT_EQ(got.problems.size(), 1U);
    EXPECT_EQ(got.problems[0].kind, Problem::Kind::unreadable);
    EXPECT_THAT(got.problems[0].text(), HasSubstr("/proc/self/mem: Input/output error"));
}

void on_signal(int) {}

/// SIGUSR1 without SA_RESTART: read(2) comes back with EINTR. Restores what was there before.
class Interrupting {
  public:
    Interrupting() {
        struct sigaction action {};
        action.sa_handler = on_signal;
        sigaction(SIGUSR1, &action, &before_);
    }
    ~Interrupting() { sigaction(SIGUSR1, &before_, nullptr); }
    Interrupting(const Interrupting&) = delete;
    Interrupting& operator=(const Interrupting&) = delete;

  private:
    struct sigaction before_ {};
};

TEST(ReadFault, interrupted_reads_go_on) {
    const Interrupting signals;
    const Buffer file = file_bytes(sample_path("pcap-big-endian.pcap"));
    const StreamResult whole = read_stream(std::make_unique<ScriptedBytes>(file), "x");
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pthread_t reader = pthread_self();
    std::thread writer{[&] {
        // Each piece comes when the reader waits for it, and is interrupted before.
        for (std::size_t at = 0; at < file.size(); at += 97) {
            pthread_kill(reader, SIGUSR1);
            std::this_thread::sleep_for(std::chrono::microseconds{200});
            const std::size_t count = std::min<std::size_t>(97, file.size() - at);
            if (write(ends[1], &file[at], count) != static_cast<ssize_t>(count)) break;
        }
        close(ends[1]);
    }};
    const StreamResult got = read_stream(std::make_unique<FileBytes>(ends[0], true), "x");
    writer.join();
    EXPECT_EQ(got.checksum, whole.checksum);
    EXPECT_TRUE(got.problems.empty());
}

/// Larger than two of the reader's blocks, so that the rest is read after the change.
constexpr std::size_t kMany = 3000;
const Buffer kLarge = raw(Buffer(1000, 0x5a), 6).bytes();

PcapBuilder large_file() {
    PcapBuilder file;
    for (std::size_t i = 0; i < kMany; ++i) file.packet(kLarge);
    return file;
}

TEST(ReadFault, a_file_that_is_truncated_while_it_is_read) {
    const std::size_t record = 16 + kLarge.size();
    // Behind the first block, in the middle of a record and at its border; and away with all of it.
    for (const std::size_t size : {24 + 2000 * record + 100, 24 + 2000 * record, std::size_t{0}}) {
        const TempFile file{large_file().bytes()};
        const auto source = open_source({file.path()});
        Frame frame;
        ASSERT_TRUE(source->next(frame));
        ASSERT_EQ(truncate(file.path().c_str(), static_cast<off_t>(size)), 0);
        std::size_t frames = 1;
        while (source->next(frame)) {
            ++frames;
            ASSERT_TRUE(std::equal(frame.data.begin(), frame.data.end(), kLarge.begin(), kLarge.end()));
        }
        // What a block had already taken in is still good.
        const std::size_t in_block = (BlockBuffer::kBlockSize - 24) / record;
        EXPECT_EQ(frames, size == 0 ? in_block : 2000U) << size;
        const bool border = size != 0 && (size - 24) % record == 0;
        ASSERT_EQ(source->problems().size(), border ? 0U : 1U) << size;
        for (const Problem& p : source->problems()) EXPECT_EQ(p.kind, Problem::Kind::damaged) << size;
    }
}

TEST(ReadFault, a_file_that_grows_while_it_is_read) {
    const Buffer whole = large_file().bytes();
    Buffer torn{whole};
    torn.resize(whole.size() - 500);
    const TempFile file{torn};
    const auto source = open_source({file.path()});
    Frame frame;
    ASSERT_TRUE(source->next(frame));
    // The writer ends the record it was in, and writes all of them again.
    std::ofstream more{file.path(), std::ios::binary | std::ios::app};
    more.write(bytes::as_text(whole).data() + torn.size(), 500);
    more.write(bytes::as_text(whole).data() + 24, static_cast<std::streamsize>(whole.size() - 24));
    more.close();
    std::size_t frames = 1;
    while (source->next(frame)) ++frames;
    EXPECT_EQ(frames, 2 * kMany);
    EXPECT_TRUE(source->problems().empty());
    EXPECT_GT(source->bytes_read(), source->bytes_total()) << "the size was that of the beginning";
}

}  // namespace
}  // namespace tlsscope::capture
