// The captures in samples/ and the tables beside them.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace tlsscope::support {

/// A path inside the source tree.
std::string source_path(const std::string& relative);

/// Names of all captures in samples/, sorted. Not empty in a complete tree.
std::vector<std::string> sample_names();
std::string sample_path(const std::string& name);

/// Every file below a folder, sorted; empty when there is no such folder.
std::vector<std::string> files_below(const std::string& folder);

/// A row of a tab-separated table, by column name. Cells that are missing at the end of a line are empty.
using TableRow = std::map<std::string, std::string>;
std::vector<TableRow> read_tsv(const std::string& path);

}  // namespace tlsscope::support
