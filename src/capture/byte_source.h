// Raw bytes of a file or pipe, decompressed where they are compressed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace tlsscope::capture {

/// A forward-only stream of bytes. Not thread-safe.
class ByteSource {
  public:
    virtual ~ByteSource() = default;

    /// Fills at most room.size() bytes; waits for at least one. 0 means the end, or a fault when fault() says so.
    virtual std::size_t read(std::span<std::uint8_t> room) = 0;
    /// Why reading stopped early ("Input/output error", "gzip: checksum does not match"); empty: it did not.
    const std::string& fault() const { return fault_; }
    /// Something odd that lost nothing ("12 bytes after the end of the compressed data"); known at the end.
    const std::string& oddity() const { return oddity_; }
    /// Bytes taken from the file as it is stored, for progress.
    virtual std::uint64_t stored_bytes_read() const = 0;

  protected:
    void fail(std::string why) {
        if (fault_.empty()) fault_ = std::move(why);
    }
    void remark(std::string what) { oddity_ = std::move(what); }

  private:
    std::string fault_;
    std::string oddity_;
};

struct OpenedBytes {
    std::unique_ptr<ByteSource> source;  ///< empty when it could not be opened
    std::string error;                   ///< then why, with the system's words
};

/// Opens a file, or standard input for "-". Compression is recognised by content, never by name; plain data goes by
/// read(2) alone. Where the next bytes of a pipe do not come, it ends as soon as `stop` can be read (-1: there is
/// none).
OpenedBytes open_bytes(const std::string& path, int stop = -1);

/// Size as stored, or 0 when there is none to know (a pipe, standard input, nothing there).
std::uint64_t stored_size(const std::string& path);

}  // namespace tlsscope::capture
