#include "app/certificates.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/options.h"

namespace tlsscope::app {
namespace {

TEST(ParseTime, TakesADayOrASecondInUtc) {
    EXPECT_EQ(parse_time("1970-01-01"), 0);
    EXPECT_EQ(parse_time("2027-01-31"), 1801353600);
    EXPECT_EQ(parse_time("2027-01-31T12:34:56"), 1801353600 + 45296);
    EXPECT_EQ(parse_time("2027-01-31T12:34:56Z"), 1801353600 + 45296);
    EXPECT_EQ(parse_time("2024-02-29 00:00:01"), 1709164801);
    EXPECT_EQ(parse_time("0001-01-01"), -62135596800);
}

TEST(ParseTime, RefusesEverythingElse) {
    for (const char* wrong :
         {"", "now", "2027", "2027-1-31", "2027-13-01", "2027-02-29", "2027-01-32", "2027-00-10", "-027-01-01",
          "2027-01-31T", "2027-01-31T12:34", "2027-01-31T24:00:00", "2027-01-31T12:60:00", "2027-01-31T12:34:56+01:00",
          "2027-01-31T12:34:56.5", "2027/01/31", "2027-01-31 ", " 2027-01-31", "2027-01-31T-1:00:00"})
        EXPECT_EQ(parse_time(wrong), std::nullopt) << wrong;
}

class Files : public ::testing::Test {
  protected:
    void SetUp() override { std::filesystem::remove_all(folder_); }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    static record::ConnectionRecord connection(const std::string& sha256, const std::string& pem) {
        record::ConnectionRecord r;
        r.certificates.push_back(std::make_shared<const record::CertificateFile>(record::CertificateFile{sha256, pem}));
        return r;
    }
    std::string text(const std::string& name) const {
        std::ostringstream out;
        out << std::ifstream{folder_ + "/" + name}.rdbuf();
        return out.str();
    }
    std::size_t count() const {
        const std::filesystem::directory_iterator all{folder_};
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

    const std::string folder_ = ::testing::TempDir() + "/certificates_test";
};

TEST_F(Files, EachChainIsWrittenOnceAndOthersOfTheSameFirstCertificateAreNumbered) {
    std::string error;
    const auto files = CertificateFiles::open(folder_, error);
    ASSERT_NE(files, nullptr) << error;
    for (const char* pem : {"one\n", "one and more\n", "one\n", "one, two\n"}) files->add(connection("aa", pem));
    files->add(connection("bb", "other\n"));
    EXPECT_TRUE(files->ok());
    EXPECT_EQ(text("aa.pem"), "one\n");
    EXPECT_EQ(text("aa-2.pem"), "one and more\n");
    EXPECT_EQ(text("aa-3.pem"), "one, two\n");
    EXPECT_EQ(text("bb.pem"), "other\n");
    EXPECT_EQ(count(), 4U);
}

TEST_F(Files, AFolderThatGoesAwayIsSaidOnce) {
    std::string error;
    const auto files = CertificateFiles::open(folder_, error);
    ASSERT_NE(files, nullptr) << error;
    std::filesystem::remove_all(folder_);
    files->add(connection("aa", "one\n"));
    files->add(connection("bb", "two\n"));
    EXPECT_FALSE(files->ok());
    EXPECT_TRUE(files->take_problem().starts_with("no more certificates are written: cannot write "));
    EXPECT_EQ(files->take_problem(), "");
}

TEST_F(Files, WhatIsNoFolderIsRefusedAtOnce) {
    std::ofstream{folder_} << "a file";
    std::string error;
    EXPECT_EQ(CertificateFiles::open(folder_, error), nullptr);
    EXPECT_EQ(error, "cannot write certificates to " + folder_ + ": Not a directory");
    EXPECT_EQ(CertificateFiles::open(folder_ + "/deeper/still", error), nullptr);
}

TEST(CertificatePolicy, FollowsTheOptions) {
    std::string error;
    Options o;
    const auto plain = certificate_policy(o, error);
    ASSERT_TRUE(plain);
    EXPECT_TRUE(!plain->store && !plain->at && !plain->keep_chains);
    o.ca_file = "/nonexistent";
    EXPECT_FALSE(certificate_policy(o, error));
    EXPECT_EQ(error, "cannot read the CA file /nonexistent: No such file or directory");
}

}  // namespace
}  // namespace tlsscope::app
