// Any file as a capture through the whole engine: every packet, byte and connection is accounted for, every report of
// every connection is well-formed.
#include <rapidjson/document.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "capture/open_source.h"
#include "dissectors/packet/decoder.h"
#include "pipeline/analysis.h"
#include "report/csv.h"
#include "report/explain.h"
#include "report/json.h"
#include "report/utf8.h"

namespace {

using namespace tlsscope;

void require(bool condition) {
    if (!condition) std::abort();
}

/// The input as a file that exists only in memory.
class MemoryFile {
  public:
    MemoryFile(const std::uint8_t* data, std::size_t size) : fd_{memfd_create("capture", MFD_CLOEXEC)} {
        require(fd_ >= 0);
        while (size > 0) {
            const ssize_t n = write(fd_, data, size);
            require(n > 0);
            data += n;
            size -= static_cast<std::size_t>(n);
        }
    }
    ~MemoryFile() { close(fd_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

  private:
    int fd_;
};

void require_harmless(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\n') {
            ++at;
            continue;
        }
        const report::CodePoint c = report::decode(text, at);
        require(c.valid && !report::is_hidden(c.code));
        at += c.length;
    }
}

std::size_t cells(std::string_view line) {
    std::size_t n = 1;
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        n += c == ',' && !quoted ? 1 : 0;
    }
    require(!quoted);
    return n;
}

void require_object(std::string_view line) {
    rapidjson::Document d;
    d.Parse<rapidjson::kParseValidateEncodingFlag>(line.data(), line.size());
    require(!d.HasParseError() && d.IsObject());
}

/// What a reporter appended since the last call: exactly one line.
class Lines {
  public:
    std::string text;
    std::string_view take() {
        const std::string_view fresh = std::string_view{text}.substr(at_);
        require(!fresh.empty() && fresh.back() == '\n');
        at_ = text.size();
        return fresh.substr(0, fresh.size() - 1);
    }

  private:
    std::size_t at_ = 0;
};

/// All reports of one run.
class Reports {
  public:
    explicit Reports(const record::Schema& schema)
        : schema_{schema},
          csv_{*csv_out_, report::all_columns(schema)},
          json_{*json_out_, report::all_columns(schema)} {
        csv_.begin(schema, info_);
        json_.begin(schema, info_);
        csv_out_->flush();
        require(cells(csv_text_.take()) == schema.columns().size());
    }
    void check(const record::ConnectionRecord& r) {
        csv_.connection(r);
        json_.connection(r);
        csv_out_->flush();
        json_out_->flush();
        const std::string_view row = csv_text_.take(), object = json_text_.take();
        require_harmless(row);
        require(cells(row) == schema_.columns().size());
        require_harmless(object);
        require_object(object);
        if (!r.ladder) return;
        std::string told;
        const auto out = report::output_to(told);
        report::explain(r, schema_, info_, {.width = 100}, *out);
        require(out->finish());
        require_harmless(told);
    }

  private:
    const record::Schema& schema_;
    const report::RunInfo info_{"tlsscope", {"capture"}};
    Lines csv_text_, json_text_;
    std::unique_ptr<report::Output> csv_out_ = report::output_to(csv_text_.text);
    std::unique_ptr<report::Output> json_out_ = report::output_to(json_text_.text);
    report::Csv csv_;
    report::Json json_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const record::Schema kSchema = pipeline::make_schema();
    const MemoryFile file{data, size};
    capture::SourceOptions how;
    how.supported_link_type = packet::supports_link_type;
    const auto source = capture::open_source({file.path()}, how);
    Reports reports{kSchema};
    std::uint64_t reported = 0;
    pipeline::AnalysisOptions options;
    options.memory_mib = 16;
    options.ladders = {0, 1};
    if (size % 2 == 0) options.max_half_open = 0;  // as under a SYN flood
    const pipeline::AnalysisResult result = pipeline::analyze(*source, options, [&](record::ConnectionRecord&& r) {
        require(r.stream == reported++);
        require(r.first_frame >= 1);
        reports.check(r);
    });
    require(result.connections == reported);
    for (const record::Account& account : result.accounting) require(account.balanced());
    return 0;
}
