#include "metrics/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace tlsscope::metrics {

std::unique_ptr<TextFile> TextFile::open(const std::string& path, std::string& error) {
    struct stat old {};
    const bool exists = ::stat(path.c_str(), &old) == 0;
    files::Descriptor folder{::open(files::folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder.valid()) error = files::message("write", path, errno);
    else if (exists && !S_ISREG(old.st_mode)) error = "cannot write " + path + ": it is not a regular file";
    else if (files::name_of(path).empty()) error = "cannot write metrics: a file name is missing";
    else return std::unique_ptr<TextFile>{new TextFile{path, std::move(folder)}};
    return nullptr;
}

TextFile::TextFile(std::string path, files::Descriptor folder)
    : path_{std::move(path)}, name_{files::name_of(path_)}, folder_{std::move(folder)} {}

bool TextFile::write(std::string_view text, std::string& error) {
    const std::string temporary = files::temporary_name();  // a name that the collector (*.prom) does not read
    const int folder = folder_.get();
    files::Descriptor fd{
        ::openat(folder, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644)};
    if (!fd.valid()) {
        error = files::message("write", path_, errno);
        return false;
    }
    int fault = files::write_all(fd.get(), text);
    if (fault == 0) fault = fd.close();
    if (fault == 0 && ::renameat(folder, temporary.c_str(), folder, name_.c_str()) != 0) fault = errno;
    if (fault == 0) return true;
    (void)::unlinkat(folder, temporary.c_str(), 0);
    error = files::message("write", path_, fault);
    return false;
}

}  // namespace tlsscope::metrics
