#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "capture/link_type.h"
#include "capture_testing.h"

namespace tlsscope::capture {
namespace {

using namespace support;
using testing::HasSubstr;

Buffer packet_saying(const std::string& text) { return tcp({.payload = text}).ipv4().ethernet_unpadded(); }

Buffer file_saying(const std::string& text, Nanos time) {
    return PcapBuilder{}.packet(packet_saying(text), time).bytes();
}

std::vector<std::string> texts(const ReadResult& got) {
    std::vector<std::string> out;
    for (const OwnedFrame& f : got.frames) out.emplace_back(bytes::as_text(bytes::Bytes{f.data}.subspan(14 + 20 + 20)));
    return out;
}

TEST(OpenSource, files_are_ordered_by_their_first_packets) {
    TempDir dir;
    const std::string a = dir.write("a.pcap", file_saying("late", kStart + 2 * kSecond));
    const std::string b = dir.write("b.pcap", file_saying("early", kStart));
    const ReadResult got = read_paths({a, b});
    EXPECT_THAT(texts(got), testing::ElementsAre("early", "late"));
    EXPECT_EQ(got.frames[1].frame.number, 2U);
}

TEST(OpenSource, equal_times_go_by_name) {
    TempDir dir;
    const std::string z = dir.write("z", file_saying("z", kStart));
    const std::string a = dir.write("a", file_saying("a", kStart));
    EXPECT_THAT(texts(read_paths({z, a})), testing::ElementsAre("a", "z"));
}

TEST(OpenSource, packets_are_not_merged_one_by_one) {
    TempDir dir;
    const std::string a =
        dir.write("a", PcapBuilder{}.packet(packet_saying("1"), kStart).packet(packet_saying("4"), kStart + 3).bytes());
    const std::string b =
        dir.write("b", PcapBuilder{{.nanoseconds = true}}.packet(packet_saying("2"), kStart + 1).bytes());
    EXPECT_THAT(texts(read_paths({b, a})), testing::ElementsAre("1", "4", "2"));
}

TEST(OpenSource, a_directory_gives_the_captures_in_it) {
    TempDir dir;
    dir.write("2", file_saying("two", kStart + 1 * kSecond));
    dir.write("notes.pcap", from_hex("00010203040506"));
    dir.write("1.txt", file_saying("one", kStart));
    std::filesystem::create_directory(dir.path() + "/deeper");
    const ReadResult got = read_paths({dir.path()});
    EXPECT_THAT(texts(got), testing::ElementsAre("one", "two"));
    EXPECT_TRUE(got.problems.empty());
}

TEST(OpenSource, a_pattern_gives_what_it_matches) {
    TempDir dir;
    dir.write("x1.pcap", file_saying("1", kStart));
    dir.write("x2.pcap", file_saying("2", kStart + 1 * kSecond));
    dir.write("y.pcap", file_saying("y", kStart));
    EXPECT_THAT(texts(read_paths({dir.path() + "/x*.pcap"})), testing::ElementsAre("1", "2"));
}

TEST(OpenSource, a_file_whose_name_looks_like_a_pattern) {
    TempDir dir;
    const std::string path = dir.write("x[1].pcap", file_saying("odd", kStart));
    EXPECT_THAT(texts(read_paths({path})), testing::ElementsAre("odd"));
}

TEST(OpenSource, what_cannot_be_read_is_a_problem_and_the_rest_is_read) {
    TempDir dir;
    const std::string good = dir.write("good", file_saying("good", kStart));
    const std::string bad = dir.write("bad", from_hex("1234"));
    const std::string empty_dir = dir.path() + "/empty";
    std::filesystem::create_directory(empty_dir);
    const ReadResult got = read_paths({dir.path() + "/none", bad, dir.path() + "/none*", empty_dir, good});
    EXPECT_THAT(texts(got), testing::ElementsAre("good"));
    ASSERT_EQ(got.problems.size(), 4U);
    for (const Problem& p : got.problems) EXPECT_EQ(p.kind, Problem::Kind::unreadable);
    EXPECT_THAT(got.problems[0].text(), HasSubstr("none*: no file matches"));
    EXPECT_THAT(got.problems[1].text(), HasSubstr("empty: no capture files"));
    EXPECT_THAT(got.problems[2].text(), HasSubstr("none: No such file or directory"));
    EXPECT_THAT(got.problems[3].text(), HasSubstr("bad: not a pcap"));
}

TEST(OpenSource, damage_in_one_file_does_not_stop_the_next) {
    TempDir dir;
    Buffer torn = file_saying("torn", kStart);
    torn.pop_back();
    const std::string a = dir.write("a", torn);
    const std::string b = dir.write("b", file_saying("whole", kStart + 1 * kSecond));
    const ReadResult got = read_paths({b, a});
    EXPECT_THAT(texts(got), testing::ElementsAre("whole"));
    ASSERT_EQ(got.problems.size(), 1U);
    EXPECT_EQ(got.problems[0].file, a);
}

TEST(OpenSource, a_pipe_that_dribbles) {
    TempDir dir;
    const std::string path = dir.path() + "/pipe";
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    PcapBuilder file;
    for (int i = 0; i < 20; ++i) file.packet(packet_saying(std::to_string(i)));
    std::thread writer{[&] {
        const int descriptor = open(path.c_str(), O_WRONLY);
        for (const std::uint8_t b : file.bytes())
            if (write(descriptor, &b, 1) != 1) break;
        close(descriptor);
    }};
    const ReadResult got = read_paths({path});
    writer.join();
    EXPECT_EQ(got.frames.size(), 20U);
    EXPECT_TRUE(got.problems.empty());
}

TEST(OpenSource, progress) {
    const TempFile file{file_saying("x", kStart)};
    const auto source = open_source({file.path()});
    EXPECT_EQ(source->bytes_total(), std::filesystem::file_size(file.path()));
    Frame frame;
    while (source->next(frame)) {
    }
    EXPECT_EQ(source->bytes_read(), source->bytes_total());
}

TEST(OpenSource, held_frames_outlive_the_file) {
    PcapBuilder file;
    const Buffer large = raw(Buffer(200'000, 0xab), 6).bytes();
    for (int i = 0; i < 30; ++i) file.packet(large);
    const TempFile on_disk{file.bytes()};
    auto source = open_source({on_disk.path()});
    std::vector<std::pair<Frame, std::shared_ptr<const void>>> held;
    Frame frame;
    while (source->next(frame)) held.emplace_back(frame, source->hold());
    source.reset();
    ASSERT_EQ(held.size(), 30U);
    for (const auto& [f, handle] : held)
        EXPECT_TRUE(std::equal(f.data.begin(), f.data.end(), large.begin(), large.end()));
}

TEST(OpenSource, batches_give_the_same_frames) {
    PcapngBuilder file;
    file.section().interface();
    for (std::uint64_t i = 0; i < 5000; ++i) {
        file.packet(0, packet_saying(std::to_string(i) + std::string(700, 'x')), i);
        if (i % 100 == 0) file.block(5, Buffer(20)).section().interface();
    }
    const TempFile on_disk{file.bytes()};
    const ReadResult expected = read_paths({on_disk.path()});
    ASSERT_EQ(expected.frames.size(), 5000U);
    const auto source = open_source({on_disk.path()});
    std::vector<Frame> batch(64);
    std::size_t at = 0;
    while (const std::size_t count = source->next_batch(batch)) {
        for (std::size_t i = 0; i < count; ++i, ++at) {
            const Buffer data{batch[i].data.begin(), batch[i].data.end()};
            ASSERT_EQ(data, expected.frames.at(at).data) << at;
            ASSERT_EQ(batch[i].number, at + 1);
        }
    }
    EXPECT_EQ(at, 5000U);
}

SourceOptions with(std::shared_ptr<Filter> filter) { return {std::move(filter), nullptr}; }

TEST(Filter, passes_what_matches_and_keeps_numbers) {
    PcapBuilder file;
    file.packet(tcp({.destination_port = 443}).ipv4().ethernet());
    file.packet(tcp({.destination_port = 80}).ipv4().ethernet());
    file.packet(tcp({.destination_port = 443}).ipv4().ethernet());
    std::string error;
    const std::shared_ptr<Filter> filter = Filter::make("tcp port 443", error);
    ASSERT_TRUE(filter) << error;
    const ReadResult got = read_all(file.bytes(), with(filter));
    ASSERT_EQ(got.frames.size(), 2U);
    EXPECT_EQ(got.frames[1].frame.number, 3U);
}

TEST(Filter, a_bad_expression_says_why) {
    std::string error;
    EXPECT_FALSE(Filter::make("tcp prot 443", error));
    EXPECT_THAT(error, HasSubstr("syntax error"));
}

TEST(Filter, is_compiled_for_each_link_type) {
    PcapngBuilder file;
    const Packet ip = tcp({.destination_port = 443}).ipv4();
    file.section().interface({.link_type = 1}).interface({.link_type = 101}).interface({.link_type = 113});
    file.packet(0, ip.ethernet(), 0).packet(1, ip, 0).packet(2, ip.sll(), 0).packet(1, ip.ethernet(), 0);
    std::string error;
    const std::shared_ptr<Filter> filter = Filter::make("tcp dst port 443", error);
    EXPECT_EQ(read_all(file.bytes(), with(filter)).frames.size(), 3U);
}

TEST(Filter, that_does_not_fit_a_link_type_is_a_problem) {
    PcapBuilder file{{.link_type = 101}};
    file.packet(tcp({}).ipv4());
    std::string error;
    const std::shared_ptr<Filter> filter = Filter::make("ether host 02:00:00:00:00:01", error);
    ASSERT_TRUE(filter) << error;
    const ReadResult got = read_all(file.bytes(), with(filter));
    EXPECT_TRUE(got.frames.empty());
    ASSERT_EQ(got.problems.size(), 1U);
    EXPECT_EQ(got.problems[0].kind, Problem::Kind::unreadable);
    EXPECT_THAT(got.problems[0].reason, HasSubstr("link type 101 (RAW)"));
}

TEST(LinkType, has_a_name_where_libpcap_knows_one) {
    EXPECT_EQ(link_type_text(1), "link type 1 (EN10MB)");
    EXPECT_EQ(link_type_text(50), "link type 50 (PPP_SERIAL)");
    EXPECT_EQ(link_type_text(100), "link type 100 (ATM_RFC1483)");
    EXPECT_EQ(link_type_text(147), "link type 147 (USER0)");
    EXPECT_EQ(link_type_text(60'000), "link type 60000");
    EXPECT_EQ(link_type_text(0x123456), "link type 1193046");
}

}  // namespace
}  // namespace tlsscope::capture
