// From a captured frame to the innermost TCP segment in it.
#pragma once

#include <cstdint>

#include "capture/frame.h"
#include "dissectors/packet/defragment.h"
#include "dissectors/packet/encapsulation.h"
#include "dissectors/packet/outcome.h"
#include "dissectors/packet/walk.h"
#include "flow/segment.h"

namespace tlsscope::packet {

struct DecoderOptions {
    bool ignore_vlan = false;  ///< VLAN tags do not keep connections apart; tunnels still do
    FragmentLimits fragments = {};
};

/// True when packets of this LINKTYPE_ can be decoded.
bool supports_link_type(std::uint16_t link_type);

/// Peels frames. Keeps fragments, so frames must come in the order of the capture. Not thread-safe.
class Decoder {
  public:
    /// Headers deeper than this (each VLAN tag, tunnel and IP header is one) are not followed.
    static constexpr int kMaxLayers = 32;

    explicit Decoder(const DecoderOptions& options = {})
        : ignore_vlan_{options.ignore_vlan}, defragmenter_{options.fragments} {}

    /// Says what the frame is; fills `out` when it is TCP. Views in `out` live as long as the frame, or until the next
    /// call where the segment came in fragments; its evidence is then the frame that completed it.
    Outcome decode(const capture::Frame& frame, flow::Segment& out);

    const FragmentCounts& fragments() const { return defragmenter_.counts(); }

  private:
    Next fragment(Walk& w, record::Nanos time);

    bool ignore_vlan_;
    bool completed_ = false;  ///< a datagram was handed out by the last call
    Defragmenter defragmenter_;
    Wrappings wrappings_;  ///< of the packet at hand: here, as clearing it in every walk would cost more than the walk
    EncapsulationNames names_;
};

}  // namespace tlsscope::packet
