#include "report/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/reference.h"
#include "report/utf8.h"
#include "synthetic.h"

namespace tlsscope::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names(std::string_view wanted) {
    const Selection s = select_columns(synthetic::schema(), wanted);
    EXPECT_EQ(s.error, "");
    std::vector<std::string> out;
    for (const record::Column* c : s.columns) out.emplace_back(c->name);
    return out;
}

std::string error(std::string_view wanted) {
    const Selection s = select_columns(synthetic::schema(), wanted);
    EXPECT_TRUE(s.columns.empty());
    return s.error;
}

TEST(Selection, NamesInTheOrderGivenEachOnce) {
    EXPECT_THAT(names("version,sni"), ElementsAre("version", "sni"));
    EXPECT_THAT(names(" sni , sni,stream,"), ElementsAre("sni", "stream"));
    EXPECT_EQ(names("").size(), synthetic::schema().columns().size());
}

TEST(Selection, AGroupIsAllItsColumns) {
    EXPECT_THAT(names("timing,sni"), ElementsAre("stall_ms", "connect_ms", "tls_ms", "duration_ms", "sni"));
}

TEST(Selection, UnknownNamesGetASuggestion) {
    EXPECT_EQ(error("sin"), "there is no column 'sin'; did you mean 'sni'?");
    EXPECT_EQ(error("stream,conect_ms"), "there is no column 'conect_ms'; did you mean 'connect_ms'?");
    EXPECT_EQ(error("identiy"), "there is no column 'identiy'; did you mean 'identity'?");
    EXPECT_EQ(error("completely_different"), "there is no column 'completely_different'; see --list-columns");
    EXPECT_THAT(error("\x1b[2J"), HasSubstr("\\x1b[2J"));
    EXPECT_THAT(error(std::string(100'000, 'a')), HasSubstr("see --list-columns"));
}

TEST(Reference, EveryColumnIsExplained) {
    const std::string text = list_columns(synthetic::schema(), {.width = 100, .colour = false, .unicode = true});
    for (const record::Column* c : synthetic::schema().columns()) EXPECT_THAT(text, HasSubstr(std::string{c->name}));
    EXPECT_THAT(text, HasSubstr("  bytes_client  integer, bytes  Payload bytes of the client."));
    EXPECT_THAT(text, HasSubstr("First SYN to the client's ACK. From syn to connected."));
    for (const std::string& line : synthetic::lines_of(text)) EXPECT_LE(display_width(line), 100U);
}

TEST(Reference, AnomaliesGravestFirst) {
    EXPECT_EQ(list_anomalies(synthetic::schema(), {}),
              "high    cert_expired      The certificate is no longer valid.\n"
              "medium  overlap_conflict  The same bytes were sent twice with different content.\n"
              "note    urg               Urgent data was sent.\n");
}

}  // namespace
}  // namespace tlsscope::report
