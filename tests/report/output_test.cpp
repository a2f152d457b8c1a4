#include "report/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tlsscope::report {
namespace {

namespace fs = std::filesystem;

class OutputFile : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "output_test.XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string path(std::string_view name) const { return (folder_ / name).string(); }
    static std::string read(const fs::path& p) {
        std::ifstream in{p, std::ios::binary};
        std::stringstream all;
        all << in.rdbuf();
        return all.str();
    }
    static void put(const fs::path& p, std::string_view text) { std::ofstream{p, std::ios::binary} << text; }
    std::size_t files() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator{folder_}, fs::directory_iterator{}));
    }
    std::unique_ptr<Output> open(const std::string& p) {
        error_.clear();
        return open_output(p, error_);
    }

    fs::path folder_;
    std::string error_;
};

TEST_F(OutputFile, AppearsOnlyWhenFinished) {
    auto out = open(path("report.csv"));
    ASSERT_NE(out, nullptr) << error_;
    out->write("one\n");
    out->flush();
    EXPECT_FALSE(fs::exists(path("report.csv")));
    EXPECT_TRUE(out->finish());
    EXPECT_EQ(read(path("report.csv")), "one\n");
    EXPECT_EQ(files(), 1U);
    out->write("late\n");
    EXPECT_TRUE(out->finish());
    EXPECT_EQ(read(path("report.csv")), "one\n");
}

TEST_F(OutputFile, LargeReportsAreWhole) {
    std::string expected;
    auto out = open(path("big"));
    for (int i = 0; i < 200'000; ++i) {
        const std::string line = std::to_string(i) + '\n';
        expected += line;
        out->write(line);
    }
    const std::string huge(1'000'000, 'x');  // more than the buffer at once
    out->write(huge);
    out->write("end");
    EXPECT_TRUE(out->finish());
    EXPECT_TRUE(read(path("big")) == expected + huge + "end");
}

TEST_F(OutputFile, AbandonedKeepsTheOldReport) {
    put(path("report"), "old");
    {
        auto out = open(path("report"));
        out->write(std::string(1'000'000, 'x'));
    }
    EXPECT_EQ(read(path("report")), "old");
    EXPECT_EQ(files(), 1U);
}

TEST_F(OutputFile, FullDiskKeepsTheOldReport) {
    put(path("report"), "old");
    // A limit on file size fails as a full disk does, with EFBIG.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit tight = before;
    tight.rlim_cur = 100'000;
    {
        auto out = open(path("report"));
        ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
        out->write(std::string(1'000'000, 'x'));
        const bool finished = out->finish();
        ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
        EXPECT_FALSE(finished);
        EXPECT_FALSE(out->ok());
        EXPECT_FALSE(out->closed_pipe());
        EXPECT_EQ(out->error(), "cannot write " + path("report") + ": File too large");
    }
    EXPECT_EQ(read(path("report")), "old");
    EXPECT_EQ(files(), 1U);
}

TEST_F(OutputFile, KeepsTheModeOfTheFileItReplaces) {
    put(path("report"), "old");
    ASSERT_EQ(::chmod(path("report").c_str(), 0640), 0);
    auto out = open(path("report"));
    out->write("new");
    EXPECT_TRUE(out->finish());
    struct stat s {};
    ASSERT_EQ(::stat(path("report").c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777U, 0640U);
}

TEST_F(OutputFile, FollowsALinkAndKeepsIt) {
    fs::create_directory(folder_ / "real");
    put(folder_ / "real" / "target", "old");
    fs::create_symlink("real/target", path("link"));
    auto out = open(path("link"));
    ASSERT_NE(out, nullptr) << error_;
    out->write("new");
    EXPECT_TRUE(out->finish());
    EXPECT_TRUE(fs::is_symlink(path("link")));
    EXPECT_EQ(read(folder_ / "real" / "target"), "new");
    fs::create_symlink("not_there_yet", path("dangling"));
    auto second = open(path("dangling"));
    ASSERT_NE(second, nullptr) << error_;
    second->write("born");
    EXPECT_TRUE(second->finish());
    EXPECT_TRUE(fs::is_symlink(path("dangling")));
    EXPECT_EQ(read(path("not_there_yet")), "born");
}

TEST_F(OutputFile, ImpossiblePathsSaySo) {
    EXPECT_EQ(open(path("none/report")), nullptr);
    EXPECT_EQ(error_, "cannot write " + path("none/report") + ": No such file or directory");
    EXPECT_EQ(open(folder_.string()), nullptr);
    EXPECT_EQ(error_, "cannot write " + folder_.string() + ": Is a directory");
    EXPECT_EQ(open(""), nullptr);
    EXPECT_FALSE(error_.empty());
    fs::create_symlink("loop", path("loop"));
    EXPECT_EQ(open(path("loop")), nullptr);
    EXPECT_EQ(error_, "cannot write " + path("loop") + ": Too many levels of symbolic links");
    put(path("file"), "");
    EXPECT_EQ(open(path("file/below")), nullptr);
    EXPECT_EQ(error_, "cannot write " + path("file/below") + ": Not a directory");
    EXPECT_EQ(open(path("bad\x1bname/x")), nullptr);
    EXPECT_NE(error_.find("bad\\x1bname"), std::string::npos);
}

TEST_F(OutputFile, DevicesAreWrittenToDirectly) {
    auto null = open("/dev/null");
    ASSERT_NE(null, nullptr) << error_;
    null->write("gone");
    EXPECT_TRUE(null->finish());
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
    if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    auto full = open("/dev/full");
    ASSERT_NE(full, nullptr) << error_;
    full->write("no room");
    EXPECT_FALSE(full->finish());
    EXPECT_EQ(full->error(), "cannot write /dev/full: No space left on device");
}

TEST_F(OutputFile, AClosedPipeIsAQuietEnd) {
    std::signal(SIGPIPE, SIG_IGN);
    ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
    const int reader = ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_GE(reader, 0);
    auto out = open(path("pipe"));
    ASSERT_NE(out, nullptr) << error_;
    out->write("first");
    out->flush();
    EXPECT_TRUE(out->ok());
    ::close(reader);
    out->write(std::string(1'000'000, 'x'));
    EXPECT_FALSE(out->finish());
    EXPECT_TRUE(out->closed_pipe());
    EXPECT_EQ(out->error(), "");
}

}  // namespace
}  // namespace tlsscope::report
