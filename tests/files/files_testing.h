// A folder and a clock for series of files.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "files/series.h"
#include "support/capture_builder.h"

namespace tlsscope::files {

inline std::string content(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
}

/// Every file of a folder and what is in it.
inline std::map<std::string, std::string> folder_content(const std::string& folder) {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator{folder})
        out[entry.path().filename().string()] = content(entry.path());
    return out;
}

/// 2024-01-01 00:00:00 UTC.
inline constexpr Nanos kNewYear = support::kStart;

}  // namespace tlsscope::files
