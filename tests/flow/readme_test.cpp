// The diagram in src/flow/README.md is printed from the table; this holds the two together.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "flow/tcp_state.h"

namespace tlsscope::flow {
namespace {

TEST(Readme, ShowsTheTableAsItIs) {
    std::ifstream file{TLSSCOPE_SOURCE_DIR "/src/flow/README.md"};
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_NE(text.str().find("```mermaid\n" + tcp_diagram() + "```"), std::string::npos) << tcp_diagram();
}

}  // namespace
}  // namespace tlsscope::flow
