// Text cut into the cells of a screen, so that every screen places wide and combining characters alike.
#pragma once

#include <cstddef>
#include <string_view>

namespace tlsscope::live_view {

/// A character with the marks drawn over it.
struct Cluster {
    std::string_view text;
    std::size_t width = 1;  ///< columns: 1 or 2
};

/// Takes the first cluster off the text, which must not be empty. Marks without a character before them are a cluster
/// of one column.
Cluster next_cluster(std::string_view& text);

}  // namespace tlsscope::live_view
