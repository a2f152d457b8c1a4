#include "live_view/listing.h"

#include <algorithm>

#include "live_view/lower.h"

namespace tlsscope::live_view {

namespace {

Order after(Order order) {
    switch (order) {
        case Order::newest: return Order::slowest_tls;
        case Order::slowest_tls: return Order::slowest_connect;
        case Order::slowest_connect: break;
    }
    return Order::newest;
}

}  // namespace

std::string_view name(Order order) {
    switch (order) {
        case Order::newest: return "newest";
        case Order::slowest_tls: return "slowest TLS";
        case Order::slowest_connect: return "slowest connect";
    }
    return {};
}

void Listing::next_order() {
    order_ = after(order_);
    to_begin();
    stale_ = true;
}

void Listing::set_filter(std::string_view text) {
    filter_ = lower(text);
    stale_ = true;
}

void Listing::pause(bool on, const Rows& rows) {
    if (on == paused_) return;
    paused_ = on;
    frozen_.clear();
    if (on) frozen_.assign(rows.all().begin(), rows.all().end());
    else frozen_.shrink_to_fit();
    stale_ = true;
}

void Listing::refresh(const Rows& rows) {
    if (!stale_) return;
    stale_ = false;
    collect(rows);
    sort();
    follow_selection();
}

void Listing::collect(const Rows& rows) {
    listed_.clear();
    const auto take = [this](const EntryPointer& e) {
        if (filter_.empty() || e->searchable.find(filter_) != std::string::npos) listed_.push_back(e);
    };
    if (paused_) std::ranges::for_each(frozen_, take);
    else std::ranges::for_each(rows.all(), take);
    of_ = paused_ ? frozen_.size() : rows.all().size();
}

/// Of equally slow ones the newest first; what was not measured comes last.
void Listing::sort() {
    std::ranges::reverse(listed_);
    const auto by = [this](record::Nanos Entry::*what) {
        std::ranges::stable_sort(listed_, std::ranges::greater{}, [what](const EntryPointer& e) { return (*e).*what; });
    };
    if (order_ == Order::slowest_tls) by(&Entry::tls);
    if (order_ == Order::slowest_connect) by(&Entry::connect);
}

/// The selected line keeps its place on the screen; when its connection is gone, the line that took its place is
/// selected.
void Listing::follow_selection() {
    if (stream_ && !listed_.empty()) {
        const auto it = std::ranges::find(listed_, *stream_, [](const EntryPointer& e) { return e->record.stream; });
        const std::size_t line = position_ - std::min(top_, position_);
        const std::size_t position = it == listed_.end() ? std::min(position_, listed_.size() - 1)
                                                         : static_cast<std::size_t>(it - listed_.begin());
        top_ = position - std::min(line, position);
        select(position);
    }
    set_page(page_);
}

void Listing::set_page(std::size_t lines) {
    page_ = std::max<std::size_t>(lines, 1);
    top_ = std::min(top_, listed_.size() - std::min(page_, listed_.size()));
    if (!selected()) return;
    if (position_ < top_) top_ = position_;
    if (position_ >= top_ + page_) top_ = position_ - page_ + 1;
}

std::optional<std::size_t> Listing::selected() const {
    if (!stream_ || listed_.empty()) return std::nullopt;
    return position_;
}

EntryPointer Listing::selected_entry() const {
    const auto position = selected();
    return position ? listed_[*position] : nullptr;
}

void Listing::move(std::ptrdiff_t lines) {
    if (listed_.empty()) return;
    const bool one_line = lines >= -1 && lines <= 1;
    if (!stream_ && one_line) return select(top_);
    const std::size_t from = stream_ ? position_ : top_;
    const auto last = static_cast<std::ptrdiff_t>(listed_.size()) - 1;
    select(static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(from) + lines, 0, last)));
}

void Listing::to_begin() {
    stream_.reset();
    position_ = top_ = 0;
}

void Listing::to_end() {
    if (!listed_.empty()) select(listed_.size() - 1);
}

void Listing::select(std::size_t position) {
    position_ = position;
    stream_ = listed_[position]->record.stream;
    set_page(page_);
}

}  // namespace tlsscope::live_view
