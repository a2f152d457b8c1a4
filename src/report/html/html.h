// The report page: one self-contained HTML file (see README.md for the format).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "report/html/aggregates.h"
#include "report/html/row_store.h"
#include "report/output.h"
#include "report/writer.h"

namespace tlsscope::report {

struct HtmlOptions {
    std::size_t most_rows = 200'000;                   ///< connections in the page; aggregates are over all
    std::size_t most_ladders = 500;                    ///< connections shown step by step
    std::size_t ladder_bytes = std::size_t{64} << 20;  ///< memory for those, before compression
};

/// Holds packed columns and the chosen ladders until finish(), then writes the page in one go. Which connections are
/// shown step by step is known at the end only: who can read the capture again asks ladders_wanted() after the last
/// connection and hands those in with ladder().
class Html final : public Reporter {
  public:
    Html(Output& out, const HtmlOptions& options);
    Html(const Html&) = delete;
    Html& operator=(const Html&) = delete;
    ~Html() override;

    void begin(const record::Schema& schema, const RunInfo& run) override;
    void connection(const record::ConnectionRecord& connection) override;
    void finish(const Totals& totals) override;

    /// First frames of the connections whose ladder would be shown but was not kept.
    std::set<std::uint64_t> ladders_wanted() const;
    /// A connection read again, with its ladder; known by its first frame. Others are ignored.
    void ladder(record::ConnectionRecord&& connection);

  private:
    struct Shown {
        std::uint64_t stream = 0;
        std::uint64_t first_frame = 0;
        std::string json;  ///< empty: not at hand
    };
    /// The best of a kind: by rank, the first of equal ones.
    class Best;

    void consider(const record::ConnectionRecord& connection, std::uint64_t rank, std::uint64_t slow);
    std::map<std::uint64_t, std::uint64_t> chosen() const;  ///< first frame to stream
    void keep(const record::ConnectionRecord& connection);
    void forget_unchosen();

    void put_ladders(html::JsonText& header);
    void put_schema(html::JsonText& json) const;
    void put_run(html::JsonText& json, const Totals& totals) const;

    Output& out_;
    HtmlOptions options_;
    const record::Schema* schema_ = nullptr;
    RunInfo run_;
    std::unique_ptr<html::RowStore> rows_;
    std::unique_ptr<html::Aggregates> aggregates_;
    std::unique_ptr<Best> worst_;
    std::unique_ptr<Best> slowest_;
    std::unique_ptr<Best> first_;
    std::map<std::uint64_t, Shown> ladders_;  // by first frame
    std::size_t ladder_bytes_ = 0;
    std::uint64_t connections_ = 0;
};

}  // namespace tlsscope::report
