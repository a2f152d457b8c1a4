// A record as bytes, and back: for records that wait outside of memory.
#pragma once

#include <string>
#include <string_view>

#include "record/connection.h"

namespace tlsscope::record {

/// Appends the record's bytes. Good within this run of the program only: columns, marks and anomalies are declared
/// statically and known by their address. Not for a record with a ladder.
void pack(const ConnectionRecord& record, std::string& bytes);

/// The record those bytes are of.
ConnectionRecord unpack(std::string_view bytes);

}  // namespace tlsscope::record
