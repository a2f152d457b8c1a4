// A record that was bytes for a while is the record it was.
#include "record/packing.h"

#include <gtest/gtest.h>

namespace tlsscope::record {
namespace {

constexpr Column column_of(std::string_view name, Type type) {
    return {.name = name, .type = type, .unit = "", .meaning = name, .group = "test"};
}

constexpr Column kText = column_of("t", Type::text);
constexpr Column kTexts = column_of("ts", Type::text_list);
constexpr Column kCodes = column_of("cs", Type::code_list);
constexpr Column kNumber = column_of("n", Type::number);
constexpr Column kInteger = column_of("i", Type::integer);
constexpr Mark kBegin{.name = "begin", .meaning = "", .frame_column = {}};
constexpr Mark kEnd{.name = "end", .meaning = "", .frame_column = {}};
constexpr Anomaly kOdd{"odd", Severity::low, "Odd."};

ConnectionRecord full() {
    ConnectionRecord r;
    r.stream = 7;
    r.first_frame = 1ULL << 40;
    r.first_time = -5;
    r.row.set_text(kText, std::string_view{"a\0b", 3});
    r.row.set_texts(kTexts, std::vector<std::string>{"x", "", "zzz"});
    r.row.set_codes(kCodes, std::vector<std::uint16_t>{0x1301, 0});
    r.row.set_number(kNumber, 0.1);
    r.row.set_integer(kInteger, -1);
    r.timeline.set(kBegin, {.time = 3, .frame = 4}, true, false);
    r.timeline.set(kEnd, {.time = 13, .frame = 5}, false, true);
    r.anomalies.report(kOdd, 9);
    r.anomalies.report(kOdd, 10);
    r.severity = Severity::medium;
    r.outcome = "failed";
    r.diagnosis = "It failed.";
    r.evidence_frames = {1, 2, 3};
    for (const char* name : {"aa", "bb"})
        r.certificates.push_back(
            std::make_shared<const CertificateFile>(CertificateFile{name, std::string{name} + "\n"}));
    return r;
}

TEST(Packing, KeepsEverything) {
    std::string bytes = "before";
    pack(full(), bytes);
    ConnectionRecord r = unpack(std::string_view{bytes}.substr(6));
    EXPECT_EQ(r.stream, 7U);
    EXPECT_EQ(r.first_frame, 1ULL << 40);
    EXPECT_EQ(r.first_time, -5);
    ASSERT_EQ(r.row.size(), 5U);
    EXPECT_EQ(r.row.get(kText).text(), (std::string_view{"a\0b", 3}));
    EXPECT_EQ(r.row.get(kTexts).list_size(), 3U);
    EXPECT_EQ(r.row.get(kTexts).text_at(2), "zzz");
    EXPECT_EQ(r.row.get(kCodes).code_at(0), 0x1301U);
    EXPECT_EQ(r.row.get(kNumber).number(), 0.1);
    EXPECT_EQ(r.row.get(kInteger).integer(), -1);
    EXPECT_EQ(r.timeline.between(kBegin, kEnd), 10);
    ASSERT_NE(r.timeline.find(kBegin), nullptr);
    EXPECT_TRUE(r.timeline.find(kBegin)->inferred);
    EXPECT_FALSE(r.timeline.find(kBegin)->ambiguous);
    EXPECT_TRUE(r.timeline.find(kEnd)->ambiguous);
    ASSERT_EQ(r.anomalies.entries().size(), 1U);
    EXPECT_EQ(r.anomalies.entries()[0].anomaly, &kOdd);
    EXPECT_EQ(r.anomalies.entries()[0].count, 2U);
    EXPECT_EQ(r.anomalies.entries()[0].first_frame, 9U);
    EXPECT_EQ(r.severity, Severity::medium);
    EXPECT_EQ(r.outcome, "failed");
    EXPECT_EQ(r.diagnosis, "It failed.");
    EXPECT_EQ(r.evidence_frames, (std::vector<std::uint64_t>{1, 2, 3}));
    ASSERT_EQ(r.certificates.size(), 2U);
    EXPECT_EQ(r.certificates[1]->sha256, "bb");
    EXPECT_EQ(r.certificates[1]->pem, "bb\n");
}

TEST(Packing, AnUnpackedRowCanBeChangedAsTheOriginal) {
    std::string bytes;
    pack(full(), bytes);
    ConnectionRecord r = unpack(bytes);
    r.row.set_integer(kInteger, 8);
    r.row.set_text(kText, "new");
    EXPECT_EQ(r.row.size(), 5U) << "no second cell of the same column";
    EXPECT_EQ(r.row.get(kInteger).integer(), 8);
    EXPECT_EQ(r.row.get(kText).text(), "new");
}

TEST(Packing, OfAnEmptyRecord) {
    std::string bytes;
    pack(ConnectionRecord{}, bytes);
    const ConnectionRecord r = unpack(bytes);
    EXPECT_EQ(r.row.size(), 0U);
    EXPECT_EQ(r.first_time, kNoTime);
    EXPECT_EQ(r.ladder, nullptr);
}

}  // namespace
}  // namespace tlsscope::record
