#include "capture/inputs.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "capture/file_reader.h"

namespace tlsscope::capture {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> captures_in(const std::string& directory, std::vector<Problem>& problems) {
    std::vector<std::string> out;
    std::error_code error;
    for (fs::directory_iterator entry{directory, error}, end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored) && is_capture_file(entry->path().string()))
            out.push_back(entry->path().string());
    }
    std::sort(out.begin(), out.end());
    if (error) problems.push_back({Problem::Kind::unreadable, directory, 0, error.message()});
    else if (out.empty())
        problems.push_back({Problem::Kind::unreadable, directory, 0, "no capture files in this directory"});
    return out;
}

std::vector<std::string> matches_of(const std::string& pattern, std::vector<Problem>& problems) {
    glob_t found{};
    std::vector<std::string> out;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) out.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
    if (out.empty()) problems.push_back({Problem::Kind::unreadable, pattern, 0, "no file matches"});
    return out;
}

/// kNoTime when there is none to be had without consuming anything.
record::Nanos first_time(const std::string& path) {
    constexpr int kEnoughSteps = 10'000;
    std::error_code ignored;
    if (path == "-" || !fs::is_regular_file(path, ignored)) return record::kNoTime;
    std::vector<Problem> unused;
    ProblemLog log{path, unused};
    Extras extras;
    const auto reader = open_file(path, {log, extras});
    Frame frame;
    for (int i = 0; reader && i < kEnoughSteps; ++i) {
        const Step step = reader->step(frame);
        if (step == Step::end) break;
        if (step == Step::frame && frame.time != record::kNoTime) return frame.time;
    }
    return record::kNoTime;
}

}  // namespace

std::vector<std::string> expand_inputs(const std::vector<std::string>& paths, std::vector<Problem>& problems) {
    std::vector<std::string> out;
    for (const std::string& path : paths) {
        std::error_code ignored;
        const bool is_pattern = path.find_first_of("*?[") != std::string::npos && !fs::exists(path, ignored);
        if (path != "-" && fs::is_directory(path, ignored))
            std::ranges::copy(captures_in(path, problems), std::back_inserter(out));
        else if (is_pattern) std::ranges::copy(matches_of(path, problems), std::back_inserter(out));
        else out.push_back(path);
    }
    return out;
}

void order_by_time(std::vector<std::string>& files) {
    struct Timed {
        bool unknown;
        record::Nanos time;
        std::string name;  ///< empty where the order given counts
        std::string path;
    };
    std::vector<Timed> timed;
    for (const std::string& path : files) {
        const record::Nanos time = first_time(path);
        const bool unknown = time == record::kNoTime;
        timed.push_back({unknown, time, unknown ? std::string{} : path, path});
    }
    std::stable_sort(timed.begin(), timed.end(), [](const Timed& a, const Timed& b) {
        return std::tie(a.unknown, a.time, a.name) < std::tie(b.unknown, b.time, b.name);
    });
    std::transform(timed.begin(), timed.end(), files.begin(), [](const Timed& t) { return t.path; });
}

}  // namespace tlsscope::capture
