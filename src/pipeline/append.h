// Moves the elements of one vector behind those of another.
#pragma once

#include <iterator>
#include <utility>
#include <vector>

namespace tlsscope::pipeline {

/// `from` is empty afterwards.
template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
    if (to.empty()) return std::swap(to, from);
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    from.clear();
}

}  // namespace tlsscope::pipeline
