// Tunnels over UDP. Known by port, believed by structure: what does not look like one is plain UDP.
#pragma once

#include "dissectors/packet/walk.h"

namespace tlsscope::packet {

Next vxlan(Walk& w);   ///< RFC 7348
Next geneve(Walk& w);  ///< RFC 8926
Next gtp_u(Walk& w);   ///< 3GPP TS 29.281
Next teredo(Walk& w);  ///< RFC 4380
Next l2tp(Walk& w);    ///< RFC 2661
Next capwap(Walk& w);  ///< RFC 5415, its data channel

}  // namespace tlsscope::packet
