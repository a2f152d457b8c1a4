#include "report/rotation.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "report/csv.h"
#include "report/json.h"
#include "support/capture_builder.h"
#include "synthetic.h"

namespace tlsscope::report {
namespace {

namespace fs = std::filesystem;

class RotatingReport : public testing::Test {
  protected:
    void SetUp() override {
        ::setenv("TZ", "UTC0", 1);
        ::tzset();
    }
    std::string path(const std::string& name) const { return dir_.path() + "/" + name; }
    std::string read(const std::string& name) const {
        std::ifstream in{path(name), std::ios::binary};
        std::stringstream all;
        all << in.rdbuf();
        return all.str();
    }
    void open(const std::string& name, const files::Rotation& rotation, bool json = false) {
        std::string error;
        out_ = RotatingOutput::open(
            path(name), rotation, [this] { return now_; }, error);
        ASSERT_NE(out_, nullptr) << error;
        Selection columns = select_columns(synthetic::schema(), "stream,sni");
        std::unique_ptr<Reporter> lines;
        if (json) lines = std::make_unique<Json>(*out_, columns);
        else lines = std::make_unique<Csv>(*out_, columns);
        report_ = std::make_unique<RotatingReporter>(*out_, std::move(lines));
        report_->begin(synthetic::schema(), {"tlsscope", {"interface eth0"}});
    }
    void connection(std::uint64_t stream) { report_->connection(synthetic::connection(stream, "a.example")); }
    bool finish() {
        report_->finish({});
        return out_->finish();
    }

    support::TempDir dir_;
    files::Nanos now_ = support::kStart;
    std::unique_ptr<RotatingOutput> out_;
    std::unique_ptr<RotatingReporter> report_;
};

TEST_F(RotatingReport, EveryFileHasTheHeaderAndWholeLines) {
    open("out.csv", {.bytes = 40});
    for (std::uint64_t i = 0; i < 7; ++i) connection(i);
    EXPECT_TRUE(finish());
    EXPECT_EQ(read("out.csv"), "stream,sni\n0,a.example\n1,a.example\n2,a.example\n");
    EXPECT_EQ(read("out.csv1"), "stream,sni\n3,a.example\n4,a.example\n5,a.example\n");
    EXPECT_EQ(read("out.csv2"), "stream,sni\n6,a.example\n");
}

TEST_F(RotatingReport, JsonHasNoHeader) {
    open("out-%S", {.seconds = 10}, true);
    connection(1);
    now_ += 10 * support::kSecond;
    connection(2);
    EXPECT_TRUE(finish());
    EXPECT_EQ(read("out-00"), "{\"stream\":1,\"sni\":\"a.example\"}\n");
    EXPECT_EQ(read("out-10"), "{\"stream\":2,\"sni\":\"a.example\"}\n");
}

TEST_F(RotatingReport, ATickShowsWhatIsThereAndEndsFilesOfAQuietLink) {
    open("out-%S", {.seconds = 10});
    connection(1);
    EXPECT_EQ(read("out-00"), "") << "still in the buffer";
    report_->tick();
    EXPECT_EQ(read("out-00"), "stream,sni\n1,a.example\n");
    now_ += 11 * support::kSecond;
    report_->tick();
    EXPECT_EQ(read("out-10"), "stream,sni\n") << "named by when it was due, not by when somebody looked";
}

TEST_F(RotatingReport, AMovedFileIsBegunAnewWithTheHeader) {
    open("out", {});
    connection(1);
    report_->tick();
    fs::rename(path("out"), path("out.1"));
    connection(2);
    report_->reopen();
    connection(3);
    EXPECT_TRUE(finish());
    EXPECT_EQ(read("out.1"), "stream,sni\n1,a.example\n2,a.example\n");
    EXPECT_EQ(read("out"), "stream,sni\n3,a.example\n");
}

TEST_F(RotatingReport, LostLinesAreCountedAndLaterOnesWritten) {
    std::signal(SIGXFSZ, SIG_IGN);
    open("out", {});
    connection(1);
    report_->tick();
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit tight = before;
    tight.rlim_cur = 30;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    connection(2);
    connection(3);
    report_->tick();
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_FALSE(out_->ok());
    EXPECT_EQ(out_->series().take_problem(), "cannot write " + path("out") + ": File too large");
    connection(4);
    EXPECT_EQ(out_->lost_lines(), 3U);
    now_ += 30 * support::kSecond;
    report_->tick();  // notices the time of the failure
    now_ += 61 * support::kSecond;
    connection(5);
    EXPECT_TRUE(out_->ok());
    EXPECT_FALSE(finish());
    EXPECT_EQ(out_->error(), "lines are missing in " + path("out"));
    EXPECT_EQ(read("out"), "stream,sni\n1,a.example\n5,a.example\n");
    EXPECT_EQ(out_->lost_lines(), 3U);
}

}  // namespace
}  // namespace tlsscope::report
