#include "capture/archive_bytes.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace tlsscope::capture {

namespace {

constexpr std::size_t kInputSize = 256UL * 1024;
// libarchive counts the client's own bytes as a filter too, and as the only one when no other knows the data.
constexpr int kOneFilter = 2;

struct FreeArchive {
    void operator()(archive* a) const { archive_read_free(a); }
};

class ArchiveBytes final : public ByteSource {
  public:
    explicit ArchiveBytes(std::unique_ptr<ByteSource> compressed)
        : compressed_{std::move(compressed)}, input_(kInputSize), archive_{archive_read_new()} {}

    std::string open(Compression kind);
    std::size_t read(std::span<std::uint8_t> room) override;
    std::uint64_t stored_bytes_read() const override { return compressed_->stored_bytes_read(); }

  private:
    static la_ssize_t on_read(archive* a, void* self, const void** data);
    bool next_block();
    std::string error() const;

    std::unique_ptr<ByteSource> compressed_;
    std::vector<std::uint8_t> input_;
    bytes::Bytes block_;  ///< unpacked and not handed out yet; libarchive's until its next call
    std::unique_ptr<archive, FreeArchive> archive_;
};

/// Registers only the one filter: others would be tried on the decompressed bytes, some by running programs.
int allow_filter(archive* a, Compression kind) {
    switch (kind) {
        case Compression::zstd: return archive_read_support_filter_zstd(a);
        case Compression::xz: return archive_read_support_filter_xz(a);
        case Compression::lz4: return archive_read_support_filter_lz4(a);
        case Compression::bzip2: return archive_read_support_filter_bzip2(a);
        case Compression::gzip:
        case Compression::none: break;
    }
    return ARCHIVE_FATAL;
}

std::string ArchiveBytes::open(Compression kind) {
    archive* a = archive_.get();
    if (a == nullptr || allow_filter(a, kind) != ARCHIVE_OK)
        return std::string{name(kind)} + " compression is not supported by this build's libarchive";
    archive_read_support_format_raw(a);
    archive_entry* entry = nullptr;
    if (archive_read_open(a, this, nullptr, on_read, nullptr) != ARCHIVE_OK ||
        archive_read_next_header(a, &entry) != ARCHIVE_OK)
        return std::string{name(kind)} + ": " + error();
    // Too little for libarchive to see what it is, which we have seen already.
    if (archive_filter_count(a) < kOneFilter) return std::string{name(kind)} + ": the compressed data is cut short";
    if (archive_filter_count(a) > kOneFilter)
        return std::string{"compressed twice ("} + name(kind) + " in " + name(kind) + "): unpack it once first";
    return {};
}

la_ssize_t ArchiveBytes::on_read(archive* a, void* self, const void** data) {
    auto& source = *static_cast<ArchiveBytes*>(self);
    const std::size_t got = source.compressed_->read(source.input_);
    *data = source.input_.data();
    if (got == 0 && !source.compressed_->fault().empty()) {
        archive_set_error(a, EIO, "%s", source.compressed_->fault().c_str());
        return -1;
    }
    return static_cast<la_ssize_t>(got);
}

// Not archive_read_data(): that forgets what it has already unpacked when it comes upon damage.
bool ArchiveBytes::next_block() {
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    int result = ARCHIVE_RETRY;
    while (result == ARCHIVE_RETRY) result = archive_read_data_block(archive_.get(), &data, &size, &offset);
    if (result != ARCHIVE_OK && result != ARCHIVE_EOF && result != ARCHIVE_WARN) fail(error());
    block_ = {static_cast<const std::uint8_t*>(data), size};
    return fault().empty() && !block_.empty();
}

std::size_t ArchiveBytes::read(std::span<std::uint8_t> room) {
    if (!fault().empty() || (block_.empty() && !next_block())) return 0;
    const std::size_t count = std::min(room.size(), block_.size());
    std::copy_n(block_.begin(), count, room.begin());
    block_ = block_.subspan(count);
    return count;
}

std::string ArchiveBytes::error() const {
    // libarchive's own words for a failed read are those for an end too early.
    if (!compressed_->fault().empty()) return compressed_->fault();
    const char* text = archive_error_string(archive_.get());
    return text != nullptr ? text : "the compressed data is damaged";
}

}  // namespace

OpenedBytes open_archive(std::unique_ptr<ByteSource> compressed, Compression kind) {
    auto source = std::make_unique<ArchiveBytes>(std::move(compressed));
    std::string error = source->open(kind);
    if (!error.empty()) return {nullptr, std::move(error)};
    return {std::move(source), {}};
}

}  // namespace tlsscope::capture
