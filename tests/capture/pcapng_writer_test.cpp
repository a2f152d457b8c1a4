#include "capture/pcapng_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "capture_testing.h"

namespace tlsscope::capture {
namespace {

using namespace support;
using testing::HasSubstr;

const Buffer kPacket = tcp({.payload = "hello"}).ipv4().ethernet_unpadded();

class PcapngWriting : public testing::Test {
  protected:
    std::string path(const std::string& name = "out.pcapng") const { return dir_.path() + "/" + name; }
    std::unique_ptr<PcapngWriter> open(const files::Rotation& rotation = {}) {
        std::string error;
        auto out = PcapngWriter::open(
            path(), rotation, [this] { return now_; }, "tlsscope 1.2", error);
        EXPECT_NE(out, nullptr) << error;
        (void)out->add_interface({.name = "eth0", .filter = "tcp port 443", .link_type = 1, .snaplen = 262'144});
        return out;
    }
    static Frame frame(const Buffer& data, Nanos time, std::uint32_t interface = 0) {
        Frame out;
        out.data = data;
        out.wire_length = static_cast<std::uint32_t>(data.size());
        out.time = time;
        out.interface = interface;
        return out;
    }

    TempDir dir_;
    Nanos now_ = kStart;
};

/// What a program prints, both streams; nothing when it is not installed.
std::optional<std::string> output_of(const std::string& program, const std::string& arguments) {
    if (std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) != 0) return {};
    FILE* pipe = ::popen((program + " " + arguments + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return {};
    std::string out;
    std::array<char, 4096> part{};
    while (const std::size_t n = std::fread(part.data(), 1, part.size(), pipe)) out.append(part.data(), n);
    (void)::pclose(pipe);
    return out;
}

TEST_F(PcapngWriting, ReadsBackAsItWas) {
    auto out = open();
    EXPECT_EQ(out->add_interface({.name = "tun0", .link_type = 101}), 1U);
    std::vector<Buffer> packets;
    for (std::size_t size = 0; size < 70; ++size) packets.emplace_back(size, static_cast<std::uint8_t>(size));
    packets.emplace_back(262'144, std::uint8_t{7});
    for (std::size_t i = 0; i < packets.size(); ++i) {
        Frame f = frame(packets[i], kStart + static_cast<Nanos>(i) * 1'000'000'001, i % 2);
        f.wire_length += 3;
        out->write(f);
    }
    EXPECT_TRUE(out->finish()) << out->error();
    EXPECT_EQ(out->written(), packets.size());
    const ReadResult got = read_paths({path()});
    EXPECT_THAT(got.problems, testing::IsEmpty());
    ASSERT_EQ(got.frames.size(), packets.size());
    for (std::size_t i = 0; i < packets.size(); ++i) {
        EXPECT_EQ(got.frames[i].data, packets[i]);
        EXPECT_EQ(got.frames[i].frame.time, kStart + static_cast<Nanos>(i) * 1'000'000'001);
        EXPECT_EQ(got.frames[i].frame.wire_length, packets[i].size() + 3);
        EXPECT_EQ(got.frames[i].frame.interface, i % 2);
        EXPECT_EQ(got.frames[i].frame.link_type, i % 2 == 0 ? 1 : 101);
    }
}

TEST_F(PcapngWriting, ATickMakesItReadable) {
    auto out = open();
    out->write(frame(kPacket, kStart));
    EXPECT_EQ(std::filesystem::file_size(path()), 0U);
    out->tick();
    EXPECT_EQ(read_paths({path()}).frames.size(), 1U);
}

TEST_F(PcapngWriting, WiresharkSeesInterfaceStatisticsAndComment) {
    auto out = open();
    out->write(frame(kPacket, kStart + 123'456'789), "2 packets of this connection were not kept");
    out->set_statistics(0, {.begin = kStart,
                            .end = kStart + kSecond,
                            .received = 1001,
                            .dropped_by_interface = 17,
                            .dropped_by_system = 23,
                            .delivered = 961});
    ASSERT_TRUE(out->finish());
    const auto info = output_of("capinfos", path());
    if (!info) GTEST_SKIP() << "capinfos is not installed";
    EXPECT_THAT(*info, HasSubstr("Name = eth0"));
    EXPECT_THAT(*info, HasSubstr("Filter string = tcp port 443"));
    EXPECT_THAT(*info, HasSubstr("Capture length = 262144"));
    EXPECT_THAT(*info, HasSubstr("Time precision = nanoseconds (9)"));
    EXPECT_THAT(*info, HasSubstr("Number of stat entries = 1"));
    EXPECT_THAT(*info, HasSubstr("tlsscope 1.2"));
    EXPECT_THAT(*info, HasSubstr("Number of packets:   1"));
    const auto fields =
        output_of("tshark", "-r " + path() + " -T fields -e frame.time_epoch -e frame.interface_name -e frame.comment");
    if (!fields) GTEST_SKIP() << "tshark is not installed";
    EXPECT_THAT(*fields, HasSubstr("1704067200.123456789\teth0\t2 packets of this connection were not kept"));
}

TEST_F(PcapngWriting, StatisticsAreWrittenAsTheFormatSays) {
    auto out = open();
    out->set_statistics(0, {.end = kStart, .received = 0x0102030405060708, .dropped_by_system = 9});
    ASSERT_TRUE(out->finish());
    std::ifstream in{path(), std::ios::binary};
    const std::string file{std::istreambuf_iterator<char>{in}, {}};
    PcapngBuilder expected;  // fields of draft-ietf-opsawg-pcapng section 4.6, by another hand
    Buffer body;
    expected.integer(body, 0, 4);
    expected.integer(body, static_cast<std::uint64_t>(kStart) >> 32, 4);
    expected.integer(body, static_cast<std::uint64_t>(kStart) & 0xffffffffU, 4);
    const auto time = [&](std::uint16_t code) {
        Buffer value;
        expected.integer(value, static_cast<std::uint64_t>(kStart) >> 32, 4);
        expected.integer(value, static_cast<std::uint64_t>(kStart) & 0xffffffffU, 4);
        return expected.option(code, value);
    };
    const auto counter = [&](std::uint16_t code, std::uint64_t n) {
        Buffer value;
        expected.integer(value, n, 8);
        return expected.option(code, value);
    };
    for (const Buffer& part : {time(3), counter(4, 0x0102030405060708), counter(7, 9), Buffer{0, 0, 0, 0}})
        body.insert(body.end(), part.begin(), part.end());
    expected.block(5, body);
    const std::string tail{expected.bytes().begin(), expected.bytes().end()};
    EXPECT_TRUE(file.ends_with(tail));
}

TEST_F(PcapngWriting, EveryFileOfASeriesIsWholeAndHasStatistics) {
    auto out = open({.bytes = 1000});
    out->set_statistics(0, {.end = kStart, .received = 5});
    for (int i = 0; i < 50; ++i) out->write(frame(kPacket, kStart + i * kSecond));
    ASSERT_TRUE(out->finish());
    std::size_t frames = 0;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator{dir_.path()}) {
        const ReadResult got = read_paths({entry.path().string()});
        EXPECT_THAT(got.problems, testing::IsEmpty());
        for (const OwnedFrame& f : got.frames) EXPECT_EQ(f.data, kPacket);
        frames += got.frames.size();
        ++files;
        EXPECT_LT(std::filesystem::file_size(entry.path()), 1400U);
        const auto info = output_of("capinfos", entry.path().string());
        if (info) {
            EXPECT_THAT(*info, HasSubstr("Number of stat entries = 1")) << entry.path();
        }
    }
    EXPECT_EQ(frames, 50U);
    EXPECT_GT(files, 4U);
}

TEST_F(PcapngWriting, RotatesByTimeAndReopensAMovedFile) {
    ::setenv("TZ", "UTC0", 1);
    ::tzset();
    std::string error;
    auto out = PcapngWriter::open(
        path("%S.pcapng"), {.seconds = 10}, [this] { return now_; }, "t", error);
    ASSERT_NE(out, nullptr) << error;
    (void)out->add_interface({.name = "eth0"});
    out->write(frame(kPacket, kStart));
    now_ += 10 * kSecond;
    out->tick();
    EXPECT_EQ(read_paths({path("00.pcapng")}).frames.size(), 1U);
    out->write(frame(kPacket, now_));
    std::filesystem::rename(path("10.pcapng"), path("moved"));
    out->reopen();
    out->write(frame(kPacket, now_));
    out->write(frame(kPacket, now_));
    EXPECT_TRUE(out->finish());
    EXPECT_EQ(read_paths({path("moved")}).frames.size(), 1U);
    EXPECT_EQ(read_paths({path("10.pcapng")}).frames.size(), 2U);
}

TEST_F(PcapngWriting, AFullDiskLosesPacketsAndNothingElse) {
    std::signal(SIGXFSZ, SIG_IGN);
    auto out = open();
    out->write(frame(kPacket, kStart));
    out->tick();
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit tight = before;
    tight.rlim_cur = std::filesystem::file_size(path()) + 50;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    out->write(frame(kPacket, kStart));
    out->tick();
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_FALSE(out->ok());
    EXPECT_EQ(out->series().take_problem(), "cannot write " + path() + ": File too large");
    out->write(frame(kPacket, kStart));
    EXPECT_EQ(out->lost(), 2U);
    now_ += 120 * kSecond;
    out->write(frame(kPacket, kStart + kSecond));
    out->write(frame(kPacket, kStart + kSecond));
    EXPECT_FALSE(out->finish());
    EXPECT_EQ(out->error(), "2 packets are missing in " + path());
    const ReadResult got = read_paths({path()});
    EXPECT_THAT(got.problems, testing::IsEmpty());
    EXPECT_EQ(got.frames.size(), 3U);
}

TEST_F(PcapngWriting, AClosedPipeIsAQuietEnd) {
    std::signal(SIGPIPE, SIG_IGN);
    ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
    const int reader = ::open(path().c_str(), O_RDONLY | O_NONBLOCK);
    auto out = open();
    out->tick();
    ::close(reader);
    out->write(frame(kPacket, kStart));
    out->tick();
    out->write(frame(kPacket, kStart));
    EXPECT_TRUE(out->series().closed_pipe());
    EXPECT_TRUE(out->finish());
    EXPECT_EQ(out->error(), "");
}

TEST_F(PcapngWriting, FramesOfUnknownInterfacesAreCountedAsLost) {
    auto out = open();
    out->write(frame(kPacket, kStart, 1));
    EXPECT_EQ(out->lost(), 1U);
    EXPECT_FALSE(out->finish());
}

}  // namespace
}  // namespace tlsscope::capture
