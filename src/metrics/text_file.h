// The metrics as a file, for node_exporter's textfile collector.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "files/descriptor.h"

namespace tlsscope::metrics {

/// A file that is replaced as a whole each time: a reader sees the old text or the new one. Its folder is opened once,
/// so that it can be written after rights were dropped (where the new user may make files there). It is not flushed to
/// disk: nobody wants the metrics of before a power cut, and the loop must not wait for disks.
class TextFile {
  public:
    /// Null, and one line in `error`, when the folder does not exist or the name is a folder's.
    static std::unique_ptr<TextFile> open(const std::string& path, std::string& error);

    /// False, and one line in `error`, when the new text could not be written: the old one stays. Try again later.
    bool write(std::string_view text, std::string& error);

    const std::string& path() const { return path_; }

  private:
    TextFile(std::string path, files::Descriptor folder);

    std::string path_;
    std::string name_;
    files::Descriptor folder_;
};

}  // namespace tlsscope::metrics
