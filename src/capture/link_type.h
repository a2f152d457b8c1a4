// Link-layer header types, https://www.tcpdump.org/linktypes.html.
#pragma once

#include <cstdint>
#include <string>

namespace tlsscope::capture {

/// "link type 147 (USER0)", for messages.
std::string link_type_text(std::uint32_t link_type);

/// The number libpcap's functions want for this LINKTYPE_ value: they differ for a few old ones.
int libpcap_data_link(std::uint16_t link_type);

}  // namespace tlsscope::capture
