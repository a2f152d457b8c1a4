// Every message, cut after every byte. With Edge::hard a prefix is malformed or, where fields are optional, a message
// of its own; with Edge::cut it is truncated and every field is what the whole message says or empty: "equal or empty,
// never different".
#include <gtest/gtest.h>

#include "wire_describe.h"
#include "wire_messages.h"

namespace tlsscope::tls::testing {
namespace {

struct Reading {
    Fault fault;
    Describer described;
};

Reading read(const MessageKind& kind, Bytes data, Edge edge) {
    Describer d{data};
    Reader in{data, edge};
    kind.read(in, d);
    const Fault fault = in.finish();
    return {fault, d};
}

const MessageKind& kind_named(const std::string& name) {
    for (const MessageKind& k : message_kinds())
        if (k.name == name) return k;
    throw std::logic_error("no message kind " + name);
}

class EveryPrefix : public ::testing::TestWithParam<Sample> {};

TEST_P(EveryPrefix, WholeMessageIsRead) {
    const Reading whole = read(kind_named(GetParam().kind), GetParam().message.view(), Edge::hard);
    EXPECT_EQ(whole.fault, Fault::none);
    EXPECT_FALSE(whole.described.contradictory());
    EXPECT_TRUE(whole.described.inside());
    EXPECT_GE(whole.described.facts().size(), GetParam().fields);
}

TEST_P(EveryPrefix, HardEdgeIsMalformedOrAMessageOfItsOwn) {
    const MessageKind& kind = kind_named(GetParam().kind);
    const Bytes all = GetParam().message.view();
    std::size_t complete = 0;
    for (std::size_t n = 0; n < all.size(); ++n) {
        const std::vector<std::uint8_t> exact(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n));
        const Reading part = read(kind, exact, Edge::hard);
        EXPECT_TRUE(part.described.inside()) << n;
        EXPECT_TRUE(part.fault == Fault::malformed || part.fault == Fault::none) << n;
        complete += part.fault == Fault::none ? 1 : 0;
    }
    EXPECT_EQ(complete, GetParam().complete_prefixes);
}

TEST_P(EveryPrefix, CutEdgeGivesEqualOrEmpty) {
    const MessageKind& kind = kind_named(GetParam().kind);
    const Bytes all = GetParam().message.view();
    const Facts whole = read(kind, all, Edge::hard).described.facts();
    std::size_t seen = 0;
    for (std::size_t n = 0; n < all.size(); ++n) {
        const std::vector<std::uint8_t> exact(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n));
        const Reading part = read(kind, exact, Edge::cut);
        EXPECT_EQ(part.fault, Fault::truncated) << n;
        EXPECT_TRUE(part.described.inside()) << n;
        for (const auto& [name, value] : part.described.facts()) {
            const auto it = whole.find(name);
            ASSERT_NE(it, whole.end()) << name << " only in the first " << n << " bytes";
            ASSERT_EQ(value, it->second) << name << " in the first " << n << " bytes";
        }
        seen = std::max(seen, part.described.facts().size());
    }
    EXPECT_GE(seen, GetParam().fields_when_cut);
}

INSTANTIATE_TEST_SUITE_P(Messages, EveryPrefix, ::testing::ValuesIn(samples()), [](const auto& param) {
    std::string name = param.param.name;
    for (char& c : name)
        if (!isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
});

TEST(EveryPrefixList, EveryKindHasASample) {
    for (const MessageKind& kind : message_kinds()) {
        bool found = false;
        for (const Sample& s : samples()) found = found || std::string{kind.name} == s.kind;
        EXPECT_TRUE(found) << kind.name;
    }
}

}  // namespace
}  // namespace tlsscope::tls::testing
