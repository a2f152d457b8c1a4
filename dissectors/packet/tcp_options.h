// TCP options, https://www.iana.org/assignments/tcp-parameters.
#pragma once

#include "bytes/bytes.h"
#include "flow/segment.h"

namespace tlsscope::packet {

/// Reads the options between a TCP header's fixed part and its end. `cut`: the capture ends within them, so that
/// running out is nobody's fault. Of repeated options the last one counts.
void read_tcp_options(bytes::Bytes options, bool cut, flow::TcpOptions& out);

}  // namespace tlsscope::packet
