// Symbolic links in the way of files that are written.
#pragma once

#include <string>

namespace tlsscope::files {

/// /dev/stdout, /dev/fd/3, /proc/self/fd/3: links that must not be replaced, least of all by root.
bool is_descriptor_link(const std::string& path);

/// The path after following symbolic links of its last component; the file need not exist. Empty, and an error number
/// in `error`: too many links, or a stranger's in a folder where everybody may put one (sticky and writable by all, as
/// /tmp). Those the kernel does not follow either where fs.protected_symlinks is set.
std::string follow_links(std::string path, int& error);

}  // namespace tlsscope::files
