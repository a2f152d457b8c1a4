// Which connections' packets are worth keeping: --keep slow>200,failed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/connection.h"
#include "record/schema.h"

namespace tlsscope::capture {

/// A list of conditions; a connection that meets any of them is kept.
///
///     slow>MS    connect_ms + tls_ms, as far as they are known, are more than so many milliseconds ("200", "0.5")
///     failed     it failed, was refused, reset or not answered: any outcome but complete, closed, open, incomplete
///     alert      an alert that somebody could read ended the handshake or was a warning (the `alert` column)
///     sni:TEXT   the name asked for contains TEXT; ASCII letters in any case
class KeepRule {
  public:
    /// The schema outlives the rule. Nothing, and one line in `error` that names the faulty part, when it is no rule.
    static std::optional<KeepRule> parse(std::string_view text, const record::Schema& schema, std::string& error);

    bool matches(const record::ConnectionRecord& connection) const;

  private:
    struct Condition {
        enum class Kind : std::uint8_t { slow, failed, alert, sni } kind;
        record::Nanos longer_than = 0;
        std::string text = {};  // in lower case
    };
    static std::optional<Condition> condition(std::string_view word, std::string& error);
    bool meets(const Condition& condition, const record::ConnectionRecord& connection) const;
    record::Nanos handshake_time(const record::Row& row) const;

    std::vector<Condition> conditions_;
    // Columns are found by name: what they mean is the dissectors' business, and a build without them has none.
    const record::Column* connect_ = nullptr;
    const record::Column* tls_ = nullptr;
    const record::Column* alert_ = nullptr;
    const record::Column* sni_ = nullptr;
};

}  // namespace tlsscope::capture
