#include "report/html/packed_column.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "report/escape.h"
#include "report/format.h"
#include "report/html/varint.h"

namespace tlsscope::report::html {

namespace {

using record::Type;
using record::Value;
using Values = std::vector<std::optional<std::int64_t>>;

constexpr std::size_t kRandomTexts = 5'000;                // below, every text is kept
constexpr std::size_t kRandomLength = 16;                  // average bytes
constexpr std::size_t kLongestText = 4'096;                // bytes of one cell
constexpr char kListSeparator = '\x1f';                    // visible text has no control characters
constexpr std::int64_t kFarthest = std::int64_t{1} << 52;  // the page counts in doubles

void append_cell_text(std::string& out, const Value& v) {
    switch (v.type()) {
        case Type::text: append_visible(out, v.text()); break;
        case Type::code: append_code(out, v.column(), static_cast<std::uint32_t>(v.integer())); break;
        case Type::number: append_number(out, v.number()); break;
        default: append_value(out, v, std::string_view{&kListSeparator, 1}); break;
    }
    if (out.size() <= kLongestText) return;
    std::size_t end = kLongestText;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;  // never inside a character
    out.resize(end);
}

struct Candidate {
    Encoding::Base base;
    std::vector<std::int64_t> numbers;
    std::uint64_t scale = 1;
    unsigned width = 1;
    double bits = 0;
};

/// What is common to all numbers is divided out.
void scale_down(Candidate& c) {
    std::uint64_t divisor = 0;
    std::uint64_t greatest = 0;
    for (const std::int64_t n : c.numbers) {
        if (divisor == 1) break;
        divisor = std::gcd(divisor, static_cast<std::uint64_t>(n < 0 ? -n : n));
    }
    c.scale = std::max<std::uint64_t>(divisor, 1);
    for (std::int64_t& n : c.numbers) {
        n /= static_cast<std::int64_t>(c.scale);
        greatest = std::max(greatest, zigzag(n));
    }
    c.width = std::max(1U, (static_cast<unsigned>(std::bit_width(greatest)) + 7) / 8);
}

/// What is left after compression, roughly: the entropy of each byte plane.
double entropy(const Candidate& c) {
    double bits = 0;
    const auto total = static_cast<double>(c.numbers.size());
    for (unsigned byte = 0; byte < c.width; ++byte) {
        std::array<std::uint32_t, 256> counts{};
        for (const std::int64_t n : c.numbers) ++counts[zigzag(n) >> (8 * byte) & 0xff];
        for (const std::uint32_t k : counts)
            if (k != 0) bits += k * std::log2(total / k);
    }
    return bits;
}

Candidate differences(const Values& values, const Values& reference, Encoding::Base base) {
    Candidate c{.base = base, .numbers = {}};
    std::int64_t previous = 0;
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (!values[row]) continue;
        std::int64_t less = 0;
        if (base == Encoding::Base::previous) less = previous;
        if (base == Encoding::Base::column) less = *reference[row];
        c.numbers.push_back(*values[row] - less);
        previous = *values[row];
    }
    scale_down(c);
    c.bits = entropy(c);
    return c;
}

bool covers(const Values& reference, const Values& values) {
    if (reference.size() != values.size()) return false;
    for (std::size_t row = 0; row < values.size(); ++row)
        if (values[row] && !reference[row]) return false;
    return true;
}

}  // namespace

std::uint32_t Dictionary::id(std::string_view text) {
    if (const auto it = ids_.find(text); it != ids_.end()) return it->second;
    const auto it = ids_.emplace(text, static_cast<std::uint32_t>(texts_.size())).first;
    texts_.push_back(&it->first);
    bytes_ += text.size();
    return it->second;
}

void Dictionary::clear() {
    ids_.clear();
    texts_.clear();
    bytes_ = 0;
}

PackedColumn::PackedColumn(const record::Column* column) : column_{column} {}

bool PackedColumn::is_text() const {
    if (column_ == nullptr) return false;
    return column_->type != Type::integer && column_->type != Type::boolean && column_->type != Type::time &&
           column_->type != Type::millis;
}

void PackedColumn::add(const Value& value, record::Nanos start) {
    if (value.empty() || dropped_) return add_number(std::nullopt);
    if (is_text()) {
        add_number(text_id(value));
        if (present_ % 1024 == 0) drop_if_random();
        return;
    }
    // Nanoseconds since 1970 do not fit a double: times count from the capture's start. That the page shows
    // microseconds of durations lies in the format of _ms columns.
    const std::int64_t number = value.integer();
    if (value.type() == Type::time) return add_number((number - (start == record::kNoTime ? 0 : start)) / 1000);
    if (value.type() == Type::millis) return add_number((number + (number < 0 ? -500 : 500)) / 1000);
    add_number(number);
}

void PackedColumn::add_number(std::optional<std::int64_t> value) {
    ++rows_;
    if (value) ++present_;
    append_varint(stream_, value ? zigzag(std::clamp(*value, -kFarthest, kFarthest)) + 1 : 0);
}

std::int64_t PackedColumn::text_id(const Value& value) {
    scratch_.clear();
    append_cell_text(scratch_, value);
    return dictionary_.id(scratch_);
}

/// What the terminal table or the summary shows is kept at any price.
void PackedColumn::drop_if_random() {
    const bool shown = !column_->heading.empty() || column_->summary != record::Summary::none;
    const std::size_t texts = dictionary_.size();
    if (shown || texts < kRandomTexts || texts * 2 < present_ || dictionary_.bytes() < texts * kRandomLength) return;
    dropped_ = true;
    dictionary_.clear();
    stream_.assign(rows_, '\0');
    present_ = 0;
}

void PackedColumn::keep(const std::vector<bool>& rows) {
    const Values all = values();
    const Dictionary old = std::exchange(dictionary_, {});
    stream_.clear();
    rows_ = present_ = 0;
    for (std::size_t row = 0; row < all.size(); ++row) {
        if (!rows[row]) continue;
        if (all[row] && is_text()) add_number(dictionary_.id(old.text(static_cast<std::size_t>(*all[row]))));
        else add_number(all[row]);
    }
}

Values PackedColumn::values() const {
    Values out;
    out.reserve(rows_);
    for (std::size_t at = 0; at < stream_.size();) {
        const std::uint64_t u = read_varint(stream_, at);
        if (u == 0) out.push_back(std::nullopt);
        else out.push_back(unzigzag(u - 1));
    }
    return out;
}

Encoding encode(const Values& values, const Values& reference, std::string& out) {
    Candidate best = differences(values, {}, Encoding::Base::zero);
    const auto try_base = [&](Encoding::Base base) {
        Candidate other = differences(values, reference, base);
        if (other.bits < best.bits) best = std::move(other);
    };
    try_base(Encoding::Base::previous);
    if (covers(reference, values)) try_base(Encoding::Base::column);

    const Encoding e{.base = best.base, .scale = best.scale, .width = best.width, .present = best.numbers.size()};
    for (unsigned byte = 0; byte < e.width; ++byte)
        for (const std::int64_t n : best.numbers) out += static_cast<char>(zigzag(n) >> (8 * byte));
    return e;
}

}  // namespace tlsscope::report::html
