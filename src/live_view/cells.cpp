#include "live_view/cells.h"

#include <algorithm>

#include "report/utf8.h"

namespace tlsscope::live_view {

Cluster next_cluster(std::string_view& text) {
    const report::CodePoint first = report::decode(text, 0);
    std::size_t length = first.length;
    while (length < text.size()) {
        const report::CodePoint mark = report::decode(text, length);
        if (report::width_of(mark.code) != 0) break;
        length += mark.length;
    }
    const Cluster out{text.substr(0, length), std::max<std::size_t>(report::width_of(first.code), 1)};
    text.remove_prefix(length);
    return out;
}

}  // namespace tlsscope::live_view
