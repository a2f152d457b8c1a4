// --metrics: what a monitoring system wants to know, served over HTTP or written to a file.
#pragma once

#include <memory>
#include <string>

#include "app/options.h"
#include "metrics/metrics.h"
#include "metrics/server.h"
#include "metrics/text_file.h"

namespace tlsscope::app {

/// Counts the connections of a live run and hands the figures on. In order: listen(), the drop of rights, open_file(),
/// begin().
class Telemetry {
  public:
    /// With --metrics ADDR: listens there. False, and one line in `error`, when that cannot be.
    bool listen(const Options& options, std::string& error);
    bool listens() const { return server_ != nullptr; }
    /// With --metrics FILE: opens its folder.
    bool open_file(const Options& options, std::string& error);

    void begin(const record::Schema& schema, const report::RunInfo& run) { metrics_.begin(schema, run); }
    void handshake(const record::ConnectionRecord& record) { metrics_.handshake(record); }
    /// `told`: handshake() was called for it.
    void over(const record::ConnectionRecord& record, bool told) {
        if (told) metrics_.end(record);
        else metrics_.connection(record);
    }
    /// Several times a second: answers scrapers, rewrites the file now and then. One line in `problem` when the file
    /// cannot be written, the first time it fails in a row.
    void tick(metrics::State state, std::string& problem);
    /// The file has the last figures. False, and `error` says why, when it could not be written.
    bool finish(metrics::State state, std::string& error);

  private:
    void set(metrics::State state);
    std::string text(metrics::Format format);
    bool write(std::string& error);

    metrics::Metrics metrics_;
    metrics::State state_;
    std::unique_ptr<metrics::Server> server_;
    std::unique_ptr<metrics::TextFile> file_;
    record::Nanos started_ = record::kNoTime;
    record::Nanos next_write_ = 0;
    bool failed_ = false;  // the last try to write the file
};

/// Bytes of memory the program occupies now (RSS); 0 where the kernel does not say.
std::uint64_t resident_memory();

}  // namespace tlsscope::app
