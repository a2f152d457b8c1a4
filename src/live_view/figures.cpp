#include "live_view/figures.h"

#include <algorithm>

namespace tlsscope::live_view {

namespace {

constexpr record::Nanos kWindow = 5'000'000'000;  // rates are over so long
constexpr std::size_t kMostSamples = 256;
constexpr std::size_t kMostOutcomes = 32;  // the vocabulary has about ten
constexpr std::string_view kOther = "other";
constexpr std::uint64_t kCheap = 4096;  // so many values are sorted at every tick
constexpr std::uint64_t kRarely = 8;    // more of them at one tick in so many

Percentiles percentiles_of(const report::Distribution& d) {
    if (d.count() == 0) return {};
    return {d.count(), d.percentile(50), d.percentile(90), d.percentile(99), d.greatest()};
}

Percentiles percentiles_of(std::vector<record::Nanos> values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const auto rank = [&](std::size_t percent) { return values[(values.size() * percent + 99) / 100 - 1]; };
    return {values.size(), rank(50), rank(90), rank(99), values.back()};
}

}  // namespace

void Measure::add(record::Nanos value) {
    values_.add(value);
    if (last_.size() < kRecent) last_.push_back(value);
    else last_[next_] = value;
    next_ = (next_ + 1) % kRecent;
}

void Measure::settle() {
    if (values_.count() == all_.count) return;
    all_ = percentiles_of(values_);
    recent_ = percentiles_of(last_);
}

void Figures::count(const Entry& now, const Entry* before) {
    if (before == nullptr) ++connections_;
    else if (Outcome& old = outcome(before->record.outcome); old.count > 0) --old.count;
    ++outcome(now.record.outcome).count;
    if (now.connect >= 0 && (before == nullptr || before->connect < 0)) connect_.add(now.connect);
    if (now.tls >= 0 && (before == nullptr || before->tls < 0)) {
        tls_.add(now.tls);
        ++handshakes_;
    }
}

Figures::Outcome& Figures::outcome(std::string_view name) {
    auto it = std::ranges::find(outcomes_, name, &Outcome::name);
    if (it == outcomes_.end() && outcomes_.size() >= kMostOutcomes) {
        name = kOther;
        it = std::ranges::find(outcomes_, name, &Outcome::name);
    }
    return it != outcomes_.end() ? *it : outcomes_.emplace_back(Outcome{std::string{name}, 0});
}

std::vector<Figures::Outcome> Figures::outcomes() const {
    std::vector<Outcome> out = outcomes_;
    std::erase_if(out, [](const Outcome& o) { return o.count == 0; });
    std::ranges::stable_sort(out, std::ranges::greater{}, &Outcome::count);
    return out;
}

void Figures::tick(const Stats& stats) {
    stats_ = stats;
    sample();
    // Sorting a hundred thousand values several times a second would cost more than the capture.
    const bool cheap = tls_.all().count < kCheap && connect_.all().count < kCheap;
    if (cheap || ticks_ % kRarely == 0) {
        tls_.settle();
        connect_.settle();
    }
    ++ticks_;
}

void Figures::sample() {
    if (stats_.now == record::kNoTime) return;
    if (start_ == record::kNoTime) start_ = stats_.now;
    if (!samples_.empty() && stats_.now < samples_.back().at) samples_.clear();  // the clock was set back
    samples_.push_back({stats_.now, stats_.packets, stats_.bytes, handshakes_, drops()});
    while (samples_.size() > 2 && (samples_.size() > kMostSamples || stats_.now - samples_[1].at >= kWindow))
        samples_.pop_front();
    const Sample& from = samples_.front();
    const Sample& to = samples_.back();
    if (to.at <= from.at) return;
    const double seconds = static_cast<double>(to.at - from.at) / 1e9;
    const auto rate = [&](std::uint64_t a, std::uint64_t b) {
        return b > a ? static_cast<double>(b - a) / seconds : 0;  // counters may begin anew
    };
    rates_ = {rate(from.packets, to.packets), rate(from.bytes, to.bytes), rate(from.handshakes, to.handshakes),
              rate(from.drops, to.drops)};
}

record::Nanos Figures::running() const {
    return start_ == record::kNoTime || stats_.now < start_ ? 0 : stats_.now - start_;
}

}  // namespace tlsscope::live_view
