#include "capture/keep_rule.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace tlsscope::capture {

namespace {

constexpr std::string_view kHelp = "; known are slow>MS, failed, alert and sni:TEXT, separated by commas";
constexpr double kNanosPerMilli = 1e6;
constexpr double kLongestMillis = 1e9;  // eleven days

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::string quoted(std::string_view text) { return "'" + std::string{text} + "'"; }

std::optional<record::Nanos> millis(std::string_view text) {
    double value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    const bool whole = fault == std::errc{} && end == text.data() + text.size();
    if (!whole || !(value >= 0) || value > kLongestMillis) return {};
    return static_cast<record::Nanos>(value * kNanosPerMilli);
}

record::Nanos known(const record::Row& row, const record::Column* column) {
    const record::Value v = column == nullptr ? record::Value{} : row.get(*column);
    return v.empty() ? 0 : std::clamp<record::Nanos>(v.integer(), 0, std::numeric_limits<record::Nanos>::max() / 2);
}

bool ended_badly(std::string_view outcome) {
    return outcome != "complete" && outcome != "closed" && outcome != "open" && outcome != "incomplete";
}

}  // namespace

std::optional<KeepRule> KeepRule::parse(std::string_view text, const record::Schema& schema, std::string& error) {
    KeepRule rule;
    rule.connect_ = schema.find("connect_ms");
    rule.tls_ = schema.find("tls_ms");
    rule.alert_ = schema.find("alert");
    rule.sni_ = schema.find("sni");
    for (bool more = true; more;) {
        const std::size_t comma = text.find(',');
        more = comma != std::string_view::npos;
        auto condition = KeepRule::condition(trimmed(text.substr(0, comma)), error);
        if (!condition) return {};
        rule.conditions_.push_back(std::move(*condition));
        if (more) text.remove_prefix(comma + 1);
    }
    return rule;
}

std::optional<KeepRule::Condition> KeepRule::condition(std::string_view word, std::string& error) {
    using Kind = Condition::Kind;
    const auto refuse = [&](const std::string& why) -> std::optional<Condition> {
        error = "--keep: " + why;
        return {};
    };
    if (word.empty()) return refuse("a condition is missing" + std::string{kHelp});
    if (word == "failed") return Condition{.kind = Kind::failed};
    if (word == "alert") return Condition{.kind = Kind::alert};
    if (word.starts_with("slow>")) {
        const auto limit = millis(trimmed(word.substr(5)));
        if (!limit) return refuse(quoted(word) + " needs milliseconds from 0 to 1000000000, such as slow>200");
        return Condition{.kind = Kind::slow, .longer_than = *limit};
    }
    if (word == "slow") return refuse("'slow' needs a limit in milliseconds, such as slow>200");
    if (word.starts_with("sni:")) {
        if (word.size() == 4) return refuse("'sni:' needs a part of a server name, such as sni:example.com");
        return Condition{.kind = Kind::sni, .text = lower(word.substr(4))};
    }
    return refuse("no condition " + quoted(word) + std::string{kHelp});
}

bool KeepRule::matches(const record::ConnectionRecord& connection) const {
    return std::ranges::any_of(conditions_, [&](const Condition& c) { return meets(c, connection); });
}

bool KeepRule::meets(const Condition& condition, const record::ConnectionRecord& connection) const {
    const record::Row& row = connection.row;
    switch (condition.kind) {
        case Condition::Kind::slow: return handshake_time(row) > condition.longer_than;
        case Condition::Kind::failed: return ended_badly(connection.outcome);
        case Condition::Kind::alert: return alert_ != nullptr && !row.get(*alert_).empty();
        case Condition::Kind::sni: break;
    }
    if (sni_ == nullptr) return false;
    return lower(row.get(*sni_).text()).find(condition.text) != std::string::npos;
}

record::Nanos KeepRule::handshake_time(const record::Row& row) const { return known(row, connect_) + known(row, tls_); }

}  // namespace tlsscope::capture
