// Columns the page stores as the difference to a sum of others (html/sums.h).
#include <gtest/gtest.h>

#include <set>

#include "html_page.h"
#include "inventory_records.h"
#include "report/html/html.h"
#include "report/html/sums.h"

namespace tlsscope::report {

namespace {

using html_page::Page;
using synthetic::Handshake;
using synthetic::kMilli;

Page page_of(const std::vector<Handshake>& all) {
    std::string text;
    const auto out = output_to(text);
    Html page{*out, {}};
    page.begin(synthetic::inventory_schema(), {});
    for (const Handshake& h : all) page.connection(h.record());
    Totals totals;
    totals.connections = all.size();
    page.finish(totals);
    EXPECT_TRUE(out->finish());
    return Page{text};
}

std::int64_t spread(std::int64_t i, std::int64_t prime) { return (i * prime) % 99'991 * 1000; }

/// With parts that add up, but for the connections where one is missing or off by a microsecond.
std::vector<Handshake> handshakes() {
    std::vector<Handshake> all;
    for (std::int64_t i = 0; i < 500; ++i) {
        Handshake h{static_cast<std::uint64_t>(i)};
        const std::int64_t connect = spread(i, 7919);
        const std::int64_t tls = spread(i, 104'729) + 500 * kMilli;
        const std::int64_t server = spread(i, 1'299'709);
        h.tls13().integer("connect_ms", connect).integer("tls_ms", tls).integer("setup_server_ms", server);
        const std::int64_t off = i % 50 == 0 ? 1000 : 0;
        if (i % 7 != 0) h.integer("setup_network_ms", connect + tls - server + off);
        all.push_back(h);
    }
    return all;
}

TEST(HtmlSums, WhatIsLeftOverComesBackAsItWas) {
    const std::vector<Handshake> all = handshakes();
    const Page page = page_of(all);
    const std::size_t column = page.index("setup_network_ms");
    const auto& packing = page.header["columns"][static_cast<rapidjson::SizeType>(column)];
    ASSERT_TRUE(packing.HasMember("sum"));
    EXPECT_EQ(packing["sum"].Size(), 3U) << "of connect_ms, tls_ms and setup_server_ms; the others have no value";
    EXPECT_EQ(packing["width"].GetUint(), 1U) << "next to nothing is left";
    const std::vector<std::int64_t> read = page.numbers(column);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const record::Value v = all[i].record().row.get(synthetic::col("setup_network_ms"));
        EXPECT_EQ(read[i], v.empty() ? Page::kAbsent : v.integer() / 1000) << i;
    }
}

TEST(HtmlSums, WhatDoesNotAddUpIsStoredWithoutASum) {
    std::vector<Handshake> all;
    for (std::int64_t i = 0; i < 500; ++i) {
        Handshake h{static_cast<std::uint64_t>(i)};
        h.tls13().integer("tls_ms", spread(i, 104'729) * 1000).integer("setup_network_ms", i % 3);
        all.push_back(h);
    }
    const Page page = page_of(all);
    const std::size_t column = page.index("setup_network_ms");
    EXPECT_FALSE(page.header["columns"][static_cast<rapidjson::SizeType>(column)].HasMember("sum"));
    EXPECT_EQ(page.numbers(column)[5], 0);
}

TEST(HtmlSums, NoColumnRefersToItself) {
    const auto reaches = [](std::string_view from, std::string_view to, auto&& self) -> bool {
        for (const html::Sum& s : html::kSums) {
            if (s.column != from) continue;
            for (const std::string_view name : s.plus)
                if (name == to || (!name.empty() && self(name, to, self))) return true;
            for (const std::string_view name : s.minus)
                if (name == to || (!name.empty() && self(name, to, self))) return true;
        }
        return false;
    };
    for (const html::Sum& s : html::kSums) EXPECT_FALSE(reaches(s.column, s.column, reaches)) << s.column;
}

}  // namespace

}  // namespace tlsscope::report
