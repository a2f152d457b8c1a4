// The server_name extension of RFC 6066 section 3, with all the ways senders get it wrong.
#pragma once

#include <optional>

#include "dissectors/tls/wire/lists.h"

namespace tlsscope::tls {

/// Reads `ServerName server_name_list<1..2^16-1>`. The first host_name goes to `first` unless that is set already; a
/// different further one to `other`.
void read_host_names(Reader& body, Oddities& odd, std::optional<Bytes>& first, std::optional<Bytes>& other);

/// Notes what is wrong with a host_name: sni_invalid, sni_nul, sni_ip.
void check_host_name(Bytes name, Oddities& odd);

}  // namespace tlsscope::tls
