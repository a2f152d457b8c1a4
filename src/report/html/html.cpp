#include "report/html/html.h"

#include <algorithm>

#include "report/html/interest.h"
#include "report/html/ladder_json.h"
#include "report/html/page_template.h"

namespace tlsscope::report {

using html::JsonText;
using html::PackedBlock;

namespace {

constexpr std::size_t kLaddersPerChunk = 8;  // compressed together, unpacked together
constexpr std::string_view kLaddersHead = "<script type=\"application/octet-stream\" id=\"ladders\">";
constexpr std::string_view kDataHead = "<script type=\"application/octet-stream\" id=\"data\">";
constexpr std::string_view kBlockEnd = "</script>\n";

std::string little_endian(std::uint32_t n) {
    std::string out;
    for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(n >> shift);
    return out;
}

}  // namespace

class Html::Best {
  public:
    explicit Best(std::size_t most) : most_{most} {}

    void offer(std::uint64_t rank, const record::ConnectionRecord& c) {
        if (most_ == 0) return;
        if (kept_.size() == most_ && rank <= kept_.begin()->first.first) return;
        kept_.emplace(std::pair{rank, ~c.stream}, c.first_frame);
        if (kept_.size() > most_) kept_.erase(kept_.begin());
    }
    bool takes(std::uint64_t rank) const {
        return most_ != 0 && (kept_.size() < most_ || rank > kept_.begin()->first.first);
    }
    void add_to(std::map<std::uint64_t, std::uint64_t>& streams) const {
        for (const auto& [key, frame] : kept_) streams[frame] = ~key.second;
    }

  private:
    std::size_t most_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> kept_;  // rank and stream to first frame
};

// Mostly what is wrong; some of the slowest and of the first, so that there is something sound to compare with.
Html::Html(Output& out, const HtmlOptions& options)
    : out_{out},
      options_{options},
      worst_{std::make_unique<Best>(options.most_ladders - options.most_ladders / 4 - options.most_ladders / 6)},
      slowest_{std::make_unique<Best>(options.most_ladders / 4)},
      first_{std::make_unique<Best>(options.most_ladders / 6)} {}

Html::~Html() = default;

void Html::begin(const record::Schema& schema, const RunInfo& run) {
    schema_ = &schema;
    run_ = run;
    rows_ = std::make_unique<html::RowStore>(schema, options_.most_rows);
    aggregates_ = std::make_unique<html::Aggregates>(schema);
}

void Html::connection(const record::ConnectionRecord& connection) {
    ++connections_;
    const std::uint64_t slow = html::slowness(connection);
    const std::uint64_t rank = html::interest(connection, slow);
    rows_->add(connection, rank);
    aggregates_->add(connection);
    consider(connection, rank, slow);
}

void Html::consider(const record::ConnectionRecord& c, std::uint64_t rank, std::uint64_t slow) {
    const std::uint64_t early = ~c.stream;
    const bool wanted = worst_->takes(rank) || slowest_->takes(slow) || first_->takes(early);
    worst_->offer(rank, c);
    slowest_->offer(slow, c);
    first_->offer(early, c);
    if (wanted && c.ladder != nullptr) keep(c);
    if (ladders_.size() > 2 * options_.most_ladders) forget_unchosen();
}

std::map<std::uint64_t, std::uint64_t> Html::chosen() const {
    std::map<std::uint64_t, std::uint64_t> out;
    for (const auto* best : {worst_.get(), slowest_.get(), first_.get()}) best->add_to(out);
    return out;
}

void Html::keep(const record::ConnectionRecord& c) {
    if (ladder_bytes_ >= options_.ladder_bytes) forget_unchosen();
    if (ladder_bytes_ >= options_.ladder_bytes) return;
    Shown shown{c.stream, c.first_frame, html::ladder_json(c, *schema_, run_)};
    ladder_bytes_ += shown.json.size();
    ladders_.insert_or_assign(c.first_frame, std::move(shown));
}

void Html::forget_unchosen() {
    const auto wanted = chosen();
    std::erase_if(ladders_, [&](const auto& entry) {
        if (wanted.contains(entry.first)) return false;
        ladder_bytes_ -= entry.second.json.size();
        return true;
    });
}

std::set<std::uint64_t> Html::ladders_wanted() const {
    std::set<std::uint64_t> out;
    for (const auto& [frame, stream] : chosen())
        if (!ladders_.contains(frame)) out.insert(frame);
    return out;
}

void Html::ladder(record::ConnectionRecord&& connection) {
    const auto wanted = chosen();
    const auto it = wanted.find(connection.first_frame);
    if (it == wanted.end() || connection.ladder == nullptr) return;
    connection.stream = it->second;
    keep(connection);
}

void Html::finish(const Totals& totals) {
    rows_->settle();
    forget_unchosen();
    out_.write(html::before_data());
    JsonText header;
    header.open_object().key("format").number(std::int64_t{1});
    put_run(header, totals);
    put_schema(header);
    put_ladders(header);
    out_.write(kDataHead);
    PackedBlock block{out_, PackedBlock::Content::numbers};
    std::uint64_t offset = 0;
    rows_->put(block, header, offset);
    if (rows_->rows() < connections_) {
        header.key("all");
        aggregates_->put(header);
    }
    header.close_object();
    // The header comes last: only now it is known where the columns lie.
    block.write(header.str());
    block.write(little_endian(static_cast<std::uint32_t>(header.str().size())));
    block.finish();
    out_.write(kBlockEnd);
    out_.write(html::after_data());
}

/// Chunks of a few connections, one a line, so that opening one unpacks little.
void Html::put_ladders(JsonText& header) {
    header.key("ladders").open_array();
    out_.write(kLaddersHead);
    for (auto it = ladders_.begin(); it != ladders_.end();) {
        PackedBlock block{out_, PackedBlock::Content::words};
        header.open_array();
        block.write("[");
        for (std::size_t i = 0; i < kLaddersPerChunk && it != ladders_.end(); ++i, ++it) {
            if (i > 0) block.write(",");
            block.write(it->second.json);
            header.number(it->second.stream);
        }
        block.write("]");
        block.finish();
        header.close_array();
        out_.write("\n");
    }
    out_.write(kBlockEnd);
    header.close_array();
}

void Html::put_run(JsonText& json, const Totals& totals) const {
    json.key("program").text(run_.program).key("command").text(run_.command);
    json.key("inputs").open_array();
    for (const std::string& i : run_.inputs) json.text(i);
    json.close_array().key("frames").number(totals.frames).key("connections").number(totals.connections);
    json.key("rows").number(rows_->rows());
    json.key("mostLadders").number(options_.most_ladders);
    const auto micros = [&](std::string_view key, record::Nanos t) {
        json.key(key);
        if (t == record::kNoTime) json.null();
        else json.number(t / 1000);
    };
    micros("start", rows_->start());
    micros("firstTime", totals.first_time);
    micros("lastTime", totals.last_time);
    json.key("problems").open_array();
    for (const std::string& p : totals.problems) json.text(p);
    json.close_array().key("accounting").open_array();
    for (const record::Account& a : totals.accounting) {
        json.open_object().key("name").text(a.name).key("total").number(a.total).key("parts").open_array();
        for (const record::Account::Part& p : a.parts) json.open_array().text(p.name).number(p.count).close_array();
        json.close_array().close_object();
    }
    json.close_array();
}

}  // namespace tlsscope::report
