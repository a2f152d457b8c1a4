#include "live_view/model.h"

#include <utility>

#include "report/escape.h"

namespace tlsscope::live_view {

namespace {

constexpr std::size_t kLongestMessage = 1000;

}  // namespace

Model::Model(const record::Schema& schema, const report::RunInfo& run, const report::Style& style, const Limits& limits)
    : schema_{schema}, run_{run}, style_{style}, columns_{schema}, rows_{limits}, story_{schema, run, style} {}

void Model::add(record::ConnectionRecord&& record) { put(columns_.entry(std::move(record))); }

void Model::update(record::ConnectionRecord&& record) {
    if (rows_.find(record.stream) != nullptr) put(columns_.entry(std::move(record)));
}

void Model::put(Entry&& entry) {
    const std::uint64_t stream = entry.record.stream;
    const EntryPointer before = rows_.find(stream);
    figures_.count(entry, before.get());
    rows_.put(std::move(entry));
    listing_.invalidate();
    if (story_.is_of(stream))
        if (EntryPointer now = rows_.find(stream); now != nullptr) story_.open(std::move(now));
}

Listing& Model::listing() {
    listing_.refresh(rows_);
    return listing_;
}

void Model::tell(std::string_view text) { message = report::visible(text.substr(0, kLongestMessage)); }

void Model::open_selected() {
    EntryPointer entry = listing().selected_entry();
    if (entry == nullptr && !listing_.listed().empty()) {  // nothing selected: the first line that is seen
        listing_.move(0);
        entry = listing_.selected_entry();
    }
    if (entry == nullptr) return;
    story_.close();
    story_.open(std::move(entry));
    mode = Mode::story;
}

}  // namespace tlsscope::live_view
