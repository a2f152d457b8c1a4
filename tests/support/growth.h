// Whether work grows with its input and not with the input's square: compares processor time of the same work on a
// small and a large input, so that a slow or busy machine changes nothing.
#pragma once

#include <algorithm>
#include <ctime>
#include <limits>

namespace tlsscope::support {

/// Processor time of this thread for one run, in seconds: the least of several, because caches and interrupts only add.
template <class Work>
double processor_seconds(const Work& work) {
    const auto now = [] {
        timespec t{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
    };
    double best = std::numeric_limits<double>::max();
    for (int i = 0; i < 5; ++i) {
        const double begin = now();
        work();
        best = std::min(best, now() - begin);
    }
    return best;
}

/// How many times longer `work` takes on `large` than on `small`.
template <class Work, class Input>
double growth(const Work& work, const Input& small, const Input& large) {
    const double least = 1e-7;  // below that the clock itself is measured
    return processor_seconds([&] { work(large); }) / std::max(processor_seconds([&] { work(small); }), least);
}

/// For ten times the input: linear work takes 10 times as long, quadratic 100 times; between them there is room for
/// what a cache makes of it.
inline constexpr double kLinearForTenfold = 35;

}  // namespace tlsscope::support
