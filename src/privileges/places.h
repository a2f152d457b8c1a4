// Where the outputs are: what must stay writable.
#pragma once

#include <string>
#include <vector>

namespace tlsscope::privileges {

struct Places {
    std::vector<std::string> folders;  ///< new files appear and old ones are renamed here
    std::vector<std::string> devices;  ///< written to directly: devices, FIFOs
};

/// The places of output paths, links followed, each once. "-" and "" have none.
Places places_of(const std::vector<std::string>& outputs);

/// One line with the cure when the user that runs this cannot create files in one of the folders; empty otherwise.
std::string check_writable(const Places& places, const std::string& user);

}  // namespace tlsscope::privileges
