#include "dissectors/tls/machine.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "stream_testing.h"

namespace tlsscope::tls::testing {

namespace {

TEST(TlsMachine, ReadmeShowsTheTable) {
    std::ifstream in{TLSSCOPE_SOURCE_DIR "/dissectors/tls/README.md"};
    ASSERT_TRUE(in) << "dissectors/tls/README.md";
    std::ostringstream readme;
    readme << in.rdbuf();
    EXPECT_NE(readme.str().find("```mermaid\n" + print_machine() + "```\n"), std::string::npos)
        << "README.md of dissectors/tls must contain, between ```mermaid and ```:\n"
        << print_machine();
}

TEST(TlsMachine, StaysWhereNoEdgeLeads) {
    Machine m;
    EXPECT_FALSE(m.step(Side::server, Event::server_hello));
    EXPECT_EQ(m.phase(), Phase::start);
    EXPECT_TRUE(m.step(Side::client, Event::client_hello));
    EXPECT_FALSE(m.step(Side::client, Event::client_hello));
    EXPECT_EQ(m.phase(), Phase::hello_sent);
}

TEST(TlsMachine, CatchesUpWithTheNearestEdgeAhead) {
    Machine m;
    ASSERT_TRUE(m.step(Side::client, Event::client_hello));
    EXPECT_TRUE(m.catch_up(Side::server, Event::server_hello_done));
    EXPECT_EQ(m.phase(), Phase::server_done);
    EXPECT_TRUE(m.catch_up(Side::client, Event::finished));
    EXPECT_EQ(m.phase(), Phase::client_finished);
    EXPECT_FALSE(m.catch_up(Side::client, Event::client_hello)) << "never back";
}

TEST(TlsMachine, EveryTransitionNamesItsSource) {
    for (const Transition& t : transitions()) {
        EXPECT_TRUE(t.section.starts_with("RFC ") || t.section.starts_with("draft-")) << name(t.from) << name(t.event);
        EXPECT_FALSE(name(t.to).empty());
    }
}

}  // namespace
}  // namespace tlsscope::tls::testing
