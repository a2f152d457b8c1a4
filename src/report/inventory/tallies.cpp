#include "report/inventory/tallies.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

#include "report/escape.h"
#include "report/format.h"

namespace tlsscope::report::inventory {

namespace {

using record::Nanos;
using record::Type;

// Durations in 16 buckets per power of two, from 2^16 ns to 2^36 ns.
constexpr unsigned kMantissaBits = 4;
constexpr unsigned kLeastBits = 16;
constexpr unsigned kMostBits = 36;
constexpr std::size_t kBuckets = std::size_t{kMostBits - kLeastBits} << kMantissaBits;

constexpr std::string_view kEllipsis = "...";

std::size_t bucket_of(Nanos value) {
    const auto v = static_cast<std::uint64_t>(std::max<Nanos>(value, 0));
    const auto width = static_cast<unsigned>(std::bit_width(v));
    if (width <= kLeastBits) return 0;
    if (width > kMostBits) return kBuckets - 1;
    const unsigned octave = width - kLeastBits - 1;
    const std::uint64_t mantissa = (v >> (width - 1 - kMantissaBits)) - (1U << kMantissaBits);
    return (std::size_t{octave} << kMantissaBits) + static_cast<std::size_t>(mantissa);
}

/// The greatest value of a bucket.
Nanos upper_edge(std::size_t bucket) {
    const std::size_t octave = bucket >> kMantissaBits;
    const std::uint64_t mantissa = (bucket & ((1U << kMantissaBits) - 1)) + (1U << kMantissaBits) + 1;
    return static_cast<Nanos>(mantissa << (octave + kLeastBits - kMantissaBits)) - 1;
}

}  // namespace

void Words::add(std::string_view word, std::uint64_t count) {
    std::string shorter;
    if (word.size() > kLongest + kEllipsis.size() || (word.size() > kLongest && !word.ends_with(kEllipsis)))
        word = shorter = std::string{word.substr(0, kLongest)}.append(kEllipsis);
    for (Entry& e : counts_) {
        if (e.first != word) continue;
        e.second += count;
        return;
    }
    if (counts_.size() < most_) counts_.emplace_back(word, count);
    else other_ += count;
}

void Words::merge(const Words& others) {
    for (const Entry& e : others.sorted()) add(e.first, e.second);
    other_ += others.other_;
}

void Words::add(const record::Value& value) {
    if (value.empty()) return;
    std::string text;
    if (value.type() == Type::text) {
        add(value.text());
    } else if (value.type() == Type::text_list) {
        std::size_t cursor = 0;
        for (std::string_view item; value.next_text(cursor, item);) add(item);
    } else if (value.type() == Type::code_list) {
        for (std::size_t i = 0; i < value.list_size(); ++i, text.clear()) {
            append_code(text, value.column(), value.code_at(i));
            add(text);
        }
    } else {
        append_value(text, value);
        add(text);
    }
}

std::uint64_t Words::count(std::string_view word) const {
    for (const Entry& e : counts_)
        if (e.first == word) return e.second;
    return 0;
}

std::vector<Words::Entry> Words::sorted() const {
    std::vector<Entry> out = counts_;
    std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    return out;
}

std::string Words::text(std::size_t most, std::uint64_t of) const {
    const std::vector<Entry> all = sorted();
    const bool uniform = std::all_of(all.begin(), all.end(), [&](const Entry& e) { return e.second == of; });
    std::string out;
    for (std::size_t i = 0; i < std::min(most, all.size()); ++i) {
        if (i > 0) out += ", ";
        out += all[i].first.empty() ? "(empty)" : visible(all[i].first);
        if (!uniform) out += ' ' + grouped(all[i].second);
    }
    if (all.size() > most) out += fmt::format(" and {} more", all.size() - most);
    return out;
}

void Distinct::add(std::string_view text) {
    if (text.empty()) return;
    if (first_.empty()) first_ = text;
    const std::size_t hash = std::hash<std::string_view>{}(text);
    if (std::find(hashes_.begin(), hashes_.end(), hash) != hashes_.end()) return;
    if (hashes_.size() < kMost) hashes_.push_back(hash);
    else more_ = true;
}

std::string Distinct::text() const {
    std::string out = visible(first_);
    if (hashes_.size() > 1) out += fmt::format(" (+{}{})", hashes_.size() - 1, more_ ? " or more" : "");
    return out;
}

void Durations::add(Nanos value) {
    greatest_ = count_ == 0 ? value : std::max(greatest_, value);
    ++count_;
    if (buckets_.empty() && exact_.size() == kMostExact) to_buckets();
    if (buckets_.empty()) exact_.push_back(value);
    else ++buckets_[bucket_of(value)];
}

void Durations::add(const record::Value& value) {
    if (!value.empty()) add(value.integer());
}

void Durations::to_buckets() {
    buckets_.resize(kBuckets);
    for (const Nanos v : exact_) ++buckets_[bucket_of(v)];
    std::vector<Nanos>{}.swap(exact_);  // assigning {} would keep the memory
}

Nanos Durations::percentile(double percent) const {
    const auto rank = static_cast<std::uint64_t>(
        std::clamp(std::ceil(percent / 100.0 * static_cast<double>(count_) - 1e-9), 1.0, static_cast<double>(count_)));
    if (buckets_.empty()) {
        std::vector<Nanos> values = exact_;
        std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank - 1), values.end());
        return values[rank - 1];
    }
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i + 1 < buckets_.size(); ++i) {
        seen += buckets_[i];
        if (seen >= rank) return std::min(upper_edge(i), greatest_);
    }
    return greatest_;
}

std::string Durations::percentile_text(double percent) const {
    std::string out;
    if (count_ > 0) append_millis(out, percentile(percent));
    return out;
}

}  // namespace tlsscope::report::inventory
