#include "support/samples.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace tlsscope::support {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> split_tabs(const std::string& line) {
    std::vector<std::string> out;
    std::size_t at = 0;
    for (std::size_t tab = line.find('\t'); tab != std::string::npos; tab = line.find('\t', at)) {
        out.push_back(line.substr(at, tab - at));
        at = tab + 1;
    }
    out.push_back(line.substr(at));
    return out;
}

}  // namespace

std::string source_path(const std::string& relative) { return std::string{TLSSCOPE_SOURCE_DIR} + "/" + relative; }

std::vector<std::string> sample_names() {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(source_path("samples"))) {
        const std::string name = entry.path().filename().string();
        if (name.find(".pcap") != std::string::npos) out.push_back(name);
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::string sample_path(const std::string& name) { return source_path("samples/" + name); }

std::vector<std::string> files_below(const std::string& folder) {
    std::vector<std::string> out;
    if (!fs::is_directory(folder)) return out;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) out.push_back(entry.path().string());
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<TableRow> read_tsv(const std::string& path) {
    std::ifstream in{path};
    std::string line;
    if (!std::getline(in, line)) throw std::runtime_error("cannot read " + path);
    const std::vector<std::string> names = split_tabs(line);
    std::vector<TableRow> rows;
    while (std::getline(in, line)) {
        std::vector<std::string> cells = split_tabs(line);
        cells.resize(names.size());
        TableRow row;
        for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = cells[i];
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace tlsscope::support
