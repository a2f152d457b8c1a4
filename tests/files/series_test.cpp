#include "files/series.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "files_testing.h"

namespace tlsscope::files {
namespace {

namespace fs = std::filesystem;
using Content = std::map<std::string, std::string>;

class SeriesTest : public testing::Test {
  protected:
    void SetUp() override {
        ::setenv("TZ", "UTC0", 1);
        ::tzset();
    }
    std::string path(const std::string& name) const { return dir_.path() + "/" + name; }
    std::unique_ptr<Series> open(const std::string& name, const Rotation& rotation = {}) {
        error_.clear();
        return Series::open(path(name), rotation, Series::Sync::finished, now_, error_);
    }
    /// What a caller does before each line.
    void line(Series& series, const std::string& text) {
        if (series.due(now_, 0)) begun_ += series.advance(now_) ? 1 : 0;
        (void)series.write(text);
    }
    Content content_now() const { return folder_content(dir_.path()); }

    support::TempDir dir_;
    std::string error_;
    Nanos now_ = kNewYear;
    int begun_ = 0;
};

TEST_F(SeriesTest, GrowsUnderItsName) {
    auto series = open("out");
    ASSERT_NE(series, nullptr) << error_;
    EXPECT_EQ(content_now(), (Content{{"out", ""}}));
    EXPECT_TRUE(series->write("one\n"));
    EXPECT_EQ(content_now(), (Content{{"out", "one\n"}}));
    EXPECT_EQ(series->size(), 4U);
    EXPECT_TRUE(series->finish());
}

TEST_F(SeriesTest, TheOldFileStaysWholeForItsReader) {
    std::ofstream{path("out")} << "old";
    std::ifstream reader{path("out")};
    auto series = open("out");
    (void)series->write("new");
    std::string got;
    reader >> got;
    EXPECT_EQ(got, "old");
    EXPECT_EQ(content(path("out")), "new");
}

TEST_F(SeriesTest, ALinkIsReplacedNotFollowed) {
    std::ofstream{path("precious")} << "old";
    fs::create_symlink("precious", path("out"));
    auto series = open("out");
    ASSERT_NE(series, nullptr) << error_;
    (void)series->write("new");
    EXPECT_EQ(content_now(), (Content{{"out", "new"}, {"precious", "old"}}));
    EXPECT_FALSE(fs::is_symlink(path("out")));
}

TEST_F(SeriesTest, BySize) {
    auto series = open("out", {.bytes = 5});
    for (const char* text : {"aaa", "bbb", "ccc", "dddddddd", "e"}) line(*series, text);
    EXPECT_EQ(content_now(), (Content{{"out", "aaabbb"}, {"out1", "cccdddddddd"}, {"out2", "e"}}))
        << "a file ends when it has more than -C bytes, as with tcpdump";
    EXPECT_EQ(begun_, 2);
    EXPECT_TRUE(series->due(now_, 5));
}

TEST_F(SeriesTest, ARingOverwritesItsOldest) {
    auto series = open("out", {.bytes = 1, .files = 3});
    for (const char* text : {"aa", "bb", "cc", "dd"}) line(*series, text);
    EXPECT_EQ(content_now(), (Content{{"out0", "dd"}, {"out1", "bb"}, {"out2", "cc"}}));
}

TEST_F(SeriesTest, ByTimeWithoutDrift) {
    auto series = open("%H%M%S", {.seconds = 10});
    for (const int second : {0, 9, 12, 20, 21, 31, 75, 84, 85}) {
        now_ = kNewYear + second * kSecond;
        line(*series, std::to_string(second) + ' ');
    }
    EXPECT_EQ(content_now(), (Content{{"000000", "0 9 "},
                                      {"000010", "12 "},
                                      {"000020", "20 21 "},
                                      {"000030", "31 "},
                                      {"000115", "75 84 "},
                                      {"000125", "85 "}}));
}

TEST_F(SeriesTest, OneThatIsBegunLateDoesNotTakeTheNameOfTheNext) {
    constexpr Nanos kTenth = kSecond / 10;
    now_ = kNewYear + 9 * kTenth;
    auto series = open("%S", {.seconds = 1});
    for (const int tenth : {9, 21, 29, 40}) {  // 21 is two tenths late
        now_ = kNewYear + tenth * kTenth;
        line(*series, std::to_string(tenth) + ' ');
    }
    EXPECT_EQ(content_now(), (Content{{"00", "9 "}, {"01", "21 "}, {"02", "29 "}, {"03", "40 "}}));
}

TEST_F(SeriesTest, TimeWithWIsTheEnd) {
    auto series = open("out-%S", {.seconds = 10, .files = 2});
    for (const int second : {0, 10, 20, 30}) {
        now_ = kNewYear + second * kSecond;
        EXPECT_EQ(series->complete(), second > 20);
        line(*series, std::to_string(second));
    }
    EXPECT_EQ(content_now(), (Content{{"out-00", "0"}, {"out-10", "10"}}));
    EXPECT_TRUE(series->finish());
}

TEST_F(SeriesTest, AMovedFileIsBegunAnewOnDemand) {
    auto series = open("out");
    (void)series->write("one");
    EXPECT_FALSE(series->reopen(now_)) << "nobody moved it";
    (void)series->write("two");
    fs::rename(path("out"), path("out.1"));
    (void)series->write("three");
    EXPECT_TRUE(series->reopen(now_));
    (void)series->write("four");
    EXPECT_EQ(content_now(), (Content{{"out", "four"}, {"out.1", "onetwothree"}}));
    fs::remove(path("out"));
    EXPECT_TRUE(series->reopen(now_));
    EXPECT_TRUE(series->finish());
}

TEST_F(SeriesTest, AFailedWriteIsTakenBackAndTriedAgainAMinuteLater) {
    std::signal(SIGXFSZ, SIG_IGN);
    auto series = open("out");
    (void)series->write("whole\n");
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit tight = before;
    tight.rlim_cur = 10;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    const bool written = series->write("too long\n");
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_FALSE(written);
    EXPECT_EQ(content(path("out")), "whole\n");
    EXPECT_EQ(series->error(), "cannot write " + path("out") + ": File too large");
    EXPECT_EQ(series->take_problem(), series->error());
    EXPECT_EQ(series->take_problem(), "");
    EXPECT_FALSE(series->write("dropped\n"));
    EXPECT_FALSE(series->due(now_, 0));
    now_ += 61 * kSecond;
    ASSERT_TRUE(series->due(now_, 0));
    EXPECT_FALSE(series->advance(now_)) << "the same file goes on: no header";
    EXPECT_TRUE(series->write("again\n"));
    EXPECT_EQ(content(path("out")), "whole\nagain\n");
    EXPECT_FALSE(series->finish()) << "not all went well";
}

TEST_F(SeriesTest, AFileThatCannotBeBegunIsTriedAgain) {
    auto series = open("out", {.bytes = 1});
    line(*series, "aa");
    fs::create_directory(path("out1"));
    line(*series, "bb");
    EXPECT_EQ(series->take_problem(), "cannot write " + path("out1") + ": Is a directory");
    EXPECT_EQ(content(path("out")), "aa") << "the finished file is whole";
    EXPECT_EQ(std::distance(fs::directory_iterator{dir_.path()}, {}), 2) << "no temporary file stays";
    fs::remove(path("out1"));
    EXPECT_FALSE(series->due(now_, 0));
    now_ += 60 * kSecond;
    line(*series, "cc");
    EXPECT_EQ(content_now(), (Content{{"out", "aa"}, {"out1", "cc"}}));
    EXPECT_FALSE(series->finish());
}

TEST_F(SeriesTest, WorksOnInARemovedFolder) {
    fs::create_directory(path("sub"));
    auto series = open("sub/out", {.bytes = 1});
    line(*series, "aa");
    fs::remove_all(path("sub"));
    line(*series, "bb");
    EXPECT_EQ(series->take_problem(), "cannot write " + path("sub/out1") + ": No such file or directory");
    EXPECT_FALSE(series->finish());
}

TEST_F(SeriesTest, ImpossiblePathsSaySo) {
    EXPECT_EQ(open("none/out"), nullptr);
    EXPECT_EQ(error_, "cannot write " + path("none/out") + ": No such file or directory");
    EXPECT_EQ(open("out", {.files = 3}), nullptr);
    EXPECT_EQ(error_, "-W needs -G or -C");
    EXPECT_EQ(Series::open("-", {.seconds = 3}, Series::Sync::never, now_, error_), nullptr);
    EXPECT_EQ(error_, "cannot rotate standard output: it is not a regular file");
    EXPECT_EQ(Series::open(dir_.path(), {}, Series::Sync::never, now_, error_), nullptr);
    EXPECT_EQ(error_, "cannot write " + dir_.path() + ": Is a directory");
}

TEST_F(SeriesTest, LinksToDescriptorsAreWrittenThrough) {
    const Descriptor file{::open(path("target").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    const std::string link = "/proc/self/fd/" + std::to_string(file.get());
    auto series = Series::open(link, {}, Series::Sync::finished, now_, error_);
    ASSERT_NE(series, nullptr) << error_;
    EXPECT_TRUE(series->write("one\n"));
    EXPECT_TRUE(series->finish());
    EXPECT_EQ(content_now(), (Content{{"target", "one\n"}}));
}

TEST_F(SeriesTest, AClosedPipeIsAQuietEnd) {
    std::signal(SIGPIPE, SIG_IGN);
    ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
    const int reader = ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
    auto series = open("pipe");
    ASSERT_NE(series, nullptr) << error_;
    EXPECT_TRUE(series->write("one"));
    ::close(reader);
    EXPECT_FALSE(series->write("two"));
    EXPECT_TRUE(series->closed_pipe());
    EXPECT_EQ(series->take_problem(), "");
    EXPECT_TRUE(series->finish());
}

TEST_F(SeriesTest, FoldersThatMayNotBeWrittenToAreFoundOutAfterTheDrop) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to give up being root";
    auto series = open("out", {.bytes = 1});
    ASSERT_TRUE(series->can_create(error_));
    ASSERT_EQ(::chmod(dir_.path().c_str(), 0755), 0);
    series->give_to(65534, 65534);
    ASSERT_EQ(::seteuid(65534), 0);
    const bool can = series->can_create(error_);
    ASSERT_EQ(::seteuid(0), 0);
    EXPECT_FALSE(can);
    EXPECT_EQ(error_, "cannot make new files in " + dir_.path() + ": Permission denied");
    struct stat s {};
    ASSERT_EQ(::stat(path("out").c_str(), &s), 0);
    EXPECT_EQ(s.st_uid, 65534U);
}

}  // namespace
}  // namespace tlsscope::files
