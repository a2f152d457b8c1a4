#include "app/telemetry.h"

#include <unistd.h>

#include <cstdint>
#include <fstream>

#include "app/wall_clock.h"

namespace tlsscope::app {

namespace {

// As often as such files are commonly read.
constexpr record::Nanos kWriteEvery = 10'000'000'000;

}  // namespace

bool Telemetry::listen(const Options& options, std::string& error) {
    started_ = wall_clock();
    if (!options.metrics_address) return true;
    server_ = metrics::Server::open(
        *options.metrics_address, [this](metrics::Format format) { return text(format); }, error);
    return server_ != nullptr;
}

bool Telemetry::open_file(const Options& options, std::string& error) {
    if (options.metrics_file.empty()) return true;
    file_ = metrics::TextFile::open(options.metrics_file, error);
    return file_ != nullptr;
}

void Telemetry::tick(metrics::State state, std::string& problem) {
    if (server_ == nullptr && file_ == nullptr) return;
    const record::Nanos now = wall_clock();
    set(state);
    if (server_ != nullptr) server_->serve(now);
    // A clock that was set back must not hold it up for long.
    if (file_ == nullptr || (now < next_write_ && next_write_ - now <= kWriteEvery)) return;
    next_write_ = now + kWriteEvery;
    std::string error;
    const bool failed_before = failed_;
    if (!write(error) && !failed_before) problem = error;
}

bool Telemetry::finish(metrics::State state, std::string& error) {
    set(state);
    return file_ == nullptr || write(error);
}

void Telemetry::set(metrics::State state) {
    state.started = started_;
    state_ = state;
}

/// What has to be asked for is asked only when somebody reads it.
std::string Telemetry::text(metrics::Format format) {
    state_.memory_bytes = resident_memory();
    metrics_.set(state_);
    return metrics_.text(format);
}

bool Telemetry::write(std::string& error) {
    failed_ = !file_->write(text(metrics::Format::prometheus), error);
    return !failed_;
}

std::uint64_t resident_memory() {
    std::ifstream file{"/proc/self/statm"};
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    return file >> size >> resident ? resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace tlsscope::app
