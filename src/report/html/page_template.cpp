#include "report/html/page_template.h"

#include <cstdint>

// The assembler reads the file: no generated source, no tool. TLSSCOPE_TEMPLATE is its path.
__asm__(
    ".pushsection .rodata\n"
    ".balign 16\n"
    ".hidden tlsscope_page_begin\n"
    ".global tlsscope_page_begin\n"
    "tlsscope_page_begin:\n"
    ".incbin \"" TLSSCOPE_TEMPLATE
    "\"\n"
    "tlsscope_page_end:\n"
    ".balign 8\n"
    ".hidden tlsscope_page_size\n"
    ".global tlsscope_page_size\n"
    "tlsscope_page_size:\n"
    ".quad tlsscope_page_end - tlsscope_page_begin\n"
    ".popsection\n");

extern "C" {
extern const char tlsscope_page_begin[] __attribute__((visibility("hidden")));
extern const std::uint64_t tlsscope_page_size __attribute__((visibility("hidden")));
}

namespace tlsscope::report::html {

namespace {

constexpr std::string_view kPlace = "<!--tlsscope-data-->";

std::string_view page() { return {tlsscope_page_begin, tlsscope_page_size}; }

}  // namespace

std::string_view before_data() { return page().substr(0, page().find(kPlace)); }

std::string_view after_data() {
    const std::size_t place = page().find(kPlace);
    return place == std::string_view::npos ? std::string_view{} : page().substr(place + kPlace.size());
}

}  // namespace tlsscope::report::html
