#include "app/collisions.h"

#include <array>
#include <filesystem>
#include <utility>
#include <vector>

#include "capture/inputs.h"
#include "files/links.h"

namespace tlsscope::app {

namespace {

namespace fs = std::filesystem;

constexpr const char* kStandardInput = "/dev/stdin";
constexpr const char* kStandardOutput = "/dev/stdout";

struct Target {
    const char* what;
    std::string path;
};

bool is_file_to_be(const std::string& path) {
    std::error_code ignored;
    const fs::file_status status = fs::status(path, ignored);
    return !path.empty() && path != "-" && (fs::is_regular_file(status) || !fs::exists(status));
}

fs::path canonical(const std::string& path) {
    std::error_code ignored;
    int unfollowed = 0;  // whoever opens it says so
    return fs::weakly_canonical(fs::absolute(files::follow_links(path, unfollowed), ignored), ignored);
}

/// By any name; also where there is none of it yet.
bool same_file(const std::string& a, const std::string& b) {
    std::error_code ignored;
    if (a == b || fs::equivalent(a, b, ignored)) return true;
    const fs::path first = canonical(a);
    return !first.empty() && first == canonical(b);
}

std::vector<Target> targets_of(const Options& o) {
    std::vector<Target> targets;
    for (Target& t :
         std::array{Target{"standard output", kStandardOutput}, Target{"--csv", o.csv}, Target{"--json", o.json},
                    Target{"--html", o.html}, Target{"--write", o.write}, Target{"--metrics", o.metrics_file},
                    Target{"--junit", o.junit}, Target{"--cbom", o.cbom}})
        if (is_file_to_be(t.path)) targets.push_back(std::move(t));
    return targets;
}

std::string name_of(const Target& target) {
    return target.path == kStandardOutput ? target.what : std::string{target.what} + ' ' + target.path;
}

}  // namespace

std::string collision(const Options& options) {
    const std::vector<Target> targets = targets_of(options);
    if (targets.empty()) return {};
    std::vector<capture::Problem> told_later;
    const std::vector<std::string> inputs = capture::expand_inputs(options.inputs, told_later);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const Target& target = targets[i];
        for (const std::string& input : inputs)
            if (same_file(target.path, input == "-" ? kStandardInput : input))
                return name_of(target) + " would replace the capture that is read";
        for (std::size_t k = 0; k < i; ++k)
            if (same_file(target.path, targets[k].path))
                return std::string{targets[k].what} + " and " + target.what + " cannot both go to " + target.path;
    }
    return {};
}

}  // namespace tlsscope::app
