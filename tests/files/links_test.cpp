#include "files/links.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace tlsscope::files {
namespace {

namespace fs = std::filesystem;

class Links : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "links_test.XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::string path(std::string_view name) const { return (folder_ / name).string(); }
    std::string follow(std::string_view name) {
        error_ = 0;
        return follow_links(path(name), error_);
    }

    fs::path folder_;
    int error_ = 0;
};

TEST_F(Links, AreFollowedToAFileThatNeedNotExist) {
    fs::create_symlink("second", path("first"));
    fs::create_symlink(path("file"), path("second"));
    EXPECT_EQ(follow("first"), path("file"));
    EXPECT_EQ(follow("file"), path("file"));
    EXPECT_EQ(error_, 0);
}

TEST_F(Links, LoopsEnd) {
    fs::create_symlink("b", path("a"));
    fs::create_symlink("a", path("b"));
    EXPECT_EQ(follow("a"), "");
    EXPECT_EQ(error_, ELOOP);
}

TEST_F(Links, OfStrangersAreNotFollowedInAFolderOpenToAll) {
    if (::geteuid() != 0) GTEST_SKIP() << "takes root, to make a link of somebody else";
    fs::create_symlink("file", path("link"));
    ASSERT_EQ(::lchown(path("link").c_str(), 65534, 65534), 0);
    EXPECT_EQ(follow("link"), path("file")) << "nobody else may put a link here";
    ASSERT_EQ(::chmod(folder_.c_str(), 01777), 0);
    EXPECT_EQ(follow("link"), "");
    EXPECT_EQ(error_, EACCES);
    ASSERT_EQ(::chown(folder_.c_str(), 65534, 65534), 0);
    EXPECT_EQ(follow("link"), path("file")) << "whoever owns the folder may";
}

TEST_F(Links, ToDescriptorsAreKnown) {
    EXPECT_TRUE(is_descriptor_link("/dev/stdout"));
    EXPECT_TRUE(is_descriptor_link("/proc/self/fd/1"));
    fs::create_symlink("file", path("link"));
    EXPECT_FALSE(is_descriptor_link(path("link")));
    EXPECT_FALSE(is_descriptor_link(path("none")));
}

}  // namespace
}  // namespace tlsscope::files
