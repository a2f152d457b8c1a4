#include "capture/open_source.h"

#include <optional>
#include <utility>

#include "capture/file_reader.h"
#include "capture/inputs.h"
#include "capture/link_type.h"

namespace tlsscope::capture {

namespace {

class FileSource final : public Source {
  public:
    FileSource(const std::vector<std::string>& paths, SourceOptions options);

    bool next(Frame& out) override { return next_batch({&out, 1}) == 1; }
    std::size_t next_batch(std::span<Frame> out) override;
    std::shared_ptr<const void> hold() override { return reader_ ? reader_->buffer().hold() : nullptr; }

    const std::vector<Problem>& problems() const override { return problems_; }
    const Extras& extras() const override { return extras_; }
    std::uint64_t bytes_read() const override;
    std::uint64_t bytes_total() const override { return bytes_total_; }

  private:
    bool open_next_file();
    void close_file();
    bool wanted(const Frame& frame);

    SourceOptions options_;
    std::vector<std::string> files_;
    std::size_t next_file_ = 0;
    std::vector<Problem> problems_;
    Extras extras_;
    std::optional<ProblemLog> log_;
    std::unique_ptr<FileReader> reader_;
    bool ended_ = false;  ///< the reader said so, but its frames are still in use
    std::uint64_t number_ = 0;
    std::uint64_t bytes_of_closed_ = 0;
    std::uint64_t bytes_total_ = 0;
    std::int32_t filtered_link_type_ = -1;  ///< the last one whose filter was looked at for errors
};

FileSource::FileSource(const std::vector<std::string>& paths, SourceOptions options) : options_{std::move(options)} {
    files_ = expand_inputs(paths, problems_);
    if (files_.size() > 1) order_by_time(files_);
    for (const std::string& file : files_) {
        const std::uint64_t size = stored_size(file);
        bytes_total_ += size;
        if (size != 0) continue;
        bytes_total_ = 0;
        break;
    }
}

std::size_t FileSource::next_batch(std::span<Frame> out) {
    std::size_t count = 0;
    while (count < out.size()) {
        if (!reader_ && !open_next_file()) break;
        if (count != 0 && (ended_ || !reader_->buffered())) break;
        // The frames found before the end are views of this file's block: it is closed by the next call.
        const Step step = std::exchange(ended_, false) ? Step::end : reader_->step(out[count]);
        if (step == Step::end) {
            if (count != 0) {
                ended_ = true;
                break;
            }
            close_file();
            continue;
        }
        if (step == Step::other) continue;
        out[count].number = ++number_;
        if (!options_.filter || wanted(out[count])) ++count;
    }
    return count;
}

bool FileSource::open_next_file() {
    while (next_file_ < files_.size()) {
        const std::string& file = files_[next_file_++];
        log_.emplace(file, problems_);
        reader_ = open_file(file, {*log_, extras_, options_.supported_link_type, options_.stop});
        if (reader_) return true;
        log_->close();
    }
    return false;
}

void FileSource::close_file() {
    bytes_of_closed_ += reader_->buffer().source().stored_bytes_read();
    log_->close();
    reader_.reset();
}

bool FileSource::wanted(const Frame& frame) {
    const bool matches = options_.filter->matches(frame);
    if (filtered_link_type_ != frame.link_type) {
        filtered_link_type_ = frame.link_type;
        const std::string error = options_.filter->error(frame.link_type);
        if (!error.empty())
            log_->add(Problem::Kind::unreadable, 0, "the filter does not fit ",
                      link_type_text(frame.link_type) + ": " + error);
    }
    return matches;
}

std::uint64_t FileSource::bytes_read() const {
    return bytes_of_closed_ + (reader_ ? reader_->buffer().source().stored_bytes_read() : 0);
}

}  // namespace

std::unique_ptr<Source> open_source(const std::vector<std::string>& paths, const SourceOptions& options) {
    return std::make_unique<FileSource>(paths, options);
}

}  // namespace tlsscope::capture
