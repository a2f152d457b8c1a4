// Facts every connection has, looked up by the names of their columns: who talked to whom, and what it is called.
#pragma once

#include <string>
#include <string_view>

#include "record/connection.h"
#include "record/schema.h"

namespace tlsscope::report {

/// The value of the column of that name, or an empty one. For single look-ups: it compares names.
record::Value fact(const record::Row& row, std::string_view column);

/// The same as visible text; empty when not seen.
std::string fact_text(const record::Row& row, std::string_view column);

/// The address and port of one side: "192.0.2.1:443", "[2001:db8::1]:443"; what is unknown is left out.
std::string endpoint(const record::Value& address, const record::Value& port);
std::string endpoint(const record::Row& row, record::Side side);

/// What a person would call the server: its name if the client said one, else its endpoint.
std::string server_name(const record::Row& row);

/// The connection failed, refused or got no answer.
bool is_failure(const record::ConnectionRecord& connection);
/// It failed or its handshake is complete: what share failed is told of these. Not of what the capture cut short
/// (incomplete), nor of connections that speak no TLS.
bool is_judged(const record::ConnectionRecord& connection);

/// Makes of a cell's text what it is counted under: server names in lower case, because DNS does not tell capitals
/// apart; others stay.
void fold_case(const record::Column& column, std::string& text);

/// "4", "4, 9 and 12", "4, 9, 12 and 7 more".
std::string frame_list(const std::vector<std::uint64_t>& frames, std::size_t most = 5);

}  // namespace tlsscope::report
