// Where a report goes: a file that appears whole or not at all, standard output, or a string.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tlsscope::report {

/// A buffered, write-only sink. The first failure sticks: what is written after it is dropped, so that a reporter needs
/// no checks of its own; the caller asks once, at the end. Not thread-safe.
class Output {
  public:
    Output() = default;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    virtual ~Output() = default;

    void write(std::string_view text);
    /// Hands what is buffered to the operating system: for live reports.
    void flush();
    /// Flushes and makes a file visible under its name. Returns ok(). Later calls change nothing.
    bool finish();

    /// Nothing went wrong. False after a closed pipe too.
    bool ok() const { return state_ == State::good; }
    /// The reader went away (`| head`): a quiet end, no error. SIGPIPE must be ignored by the program.
    bool closed_pipe() const { return state_ == State::closed_pipe; }
    /// What went wrong, with path and reason; empty when nothing did.
    const std::string& error() const { return error_; }

  protected:
    void fail(std::string message);
    void fail_closed_pipe();
    /// Forgets a failure: for outputs that go on in another file.
    void recover();
    /// Bytes on their way to drain().
    std::size_t buffered() const { return buffer_.size(); }

  private:
    enum class State { good, closed_pipe, failed };

    virtual void drain(std::string_view text) = 0;
    virtual void commit() {}

    std::string buffer_;
    std::string error_;
    State state_ = State::good;
    bool finished_ = false;
};

/// Opens `path` for writing: "-" is standard output. A regular file is written under a temporary name in the same
/// folder, flushed to disk and renamed by finish(); until then, and whenever something fails, the old file stays as it
/// was, and the temporary one is removed. A symbolic link is followed to the file it names, and that one is replaced,
/// so that the link lives on. Devices, FIFOs and the like are written to directly. Null and `error` set when that
/// cannot be.
std::unique_ptr<Output> open_output(const std::string& path, std::string& error);

/// Standard output for text that is already visible. Where it is a terminal without UTF-8 (not `unicode`), whatever is
/// beyond ASCII is escaped: columns may be out of line there, but no byte is a control character.
std::unique_ptr<Output> open_for_people(bool unicode);

/// Appends to a string that outlives the output.
std::unique_ptr<Output> output_to(std::string& text);

}  // namespace tlsscope::report
