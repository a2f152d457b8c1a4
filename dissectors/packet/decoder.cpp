#include "dissectors/packet/decoder.h"

#include "dissectors/packet/layers.h"

namespace tlsscope::packet {

namespace {

/// https://www.tcpdump.org/linktypes.html; 12 and 14 are DLT_RAW as some systems write it.
Next first_layer(std::uint16_t link_type) {
    switch (link_type) {
        case 0:
        case 108: return Next::loopback;
        case 1: return Next::ethernet;
        case 9:
        case 50: return Next::ppp;
        case 51: return Next::pppoe;
        case 12:
        case 14:
        case 101: return Next::ip;
        case 100: return Next::llc;
        case 104: return Next::cisco_hdlc;
        case 105: return Next::wifi;
        case 107: return Next::frame_relay;
        case 113: return Next::sll;
        case 127: return Next::radiotap;
        case 228: return Next::ipv4;
        case 229: return Next::ipv6;
        case 276: return Next::sll2;
        default: return Next::done;
    }
}

/// Hardware adds a frame check sequence behind the packet; of a cut packet it is the first thing to be missing.
void strip_fcs(Walk& w, std::size_t fcs) {
    if (fcs != 0 && w.wire >= fcs) w.set_length(w.wire - fcs);
}

flow::Address address(bytes::Bytes octets) {
    flow::Address out;
    std::copy(octets.begin(), octets.end(), out.octets.begin());
    out.version = octets.size() == 4 ? 4 : 6;
    return out;
}

Next layer(Next next, Walk& w) {
    switch (next) {
        case Next::ethernet: return ethernet(w);
        case Next::ethertype: return ethertype(w);
        case Next::llc: return llc(w);
        case Next::vlan: return vlan(w);
        case Next::mpls: return mpls(w);
        case Next::pppoe: return pppoe(w);
        case Next::ppp: return ppp(w);
        case Next::frame_relay: return frame_relay(w);
        case Next::cisco_hdlc: return cisco_hdlc(w);
        case Next::sll: return sll(w);
        case Next::sll2: return sll2(w);
        case Next::loopback: return loopback(w);
        case Next::radiotap: return radiotap(w);
        case Next::wifi_swapped: return wifi_swapped(w);
        case Next::wifi: return wifi(w);
        case Next::ip: return ip(w);
        case Next::ipv4: return ipv4(w);
        case Next::ipv6: return ipv6(w);
        case Next::ipv6_extensions: return ipv6_extensions(w);
        case Next::authentication: return authentication(w);
        case Next::ip_protocol: return ip_protocol(w);
        case Next::gre: return gre(w);
        case Next::erspan2: return erspan2(w);
        case Next::erspan3: return erspan3(w);
        case Next::udp: return udp(w);
        // These two need more than the walk: decode() sees to them.
        case Next::fragment:
        case Next::tcp:
        case Next::done: break;
    }
    return Next::done;
}

}  // namespace

bool supports_link_type(std::uint16_t link_type) { return first_layer(link_type) != Next::done; }

Outcome Decoder::decode(const capture::Frame& frame, flow::Segment& out) {
    if (completed_) {
        defragmenter_.release();
        completed_ = false;
    }
    wrappings_.clear();
    // Every member has its value: zeroing them before (-ftrivial-auto-var-init) would double the time this takes.
    __attribute__((uninitialized))
    Walk w{frame.data, std::max<std::size_t>(frame.wire_length, frame.data.size()), wrappings_};
    w.ignore_vlan = ignore_vlan_;
    strip_fcs(w, frame.fcs_length);

    Next next = first_layer(frame.link_type);
    if (next == Next::done) w.ended(Undecodable::unknown_link_type);
    else if (w.wire == 0) next = w.ended(Undecodable::empty_frame);
    for (int layers = 0; next != Next::done; ++layers) {
        if (layers == kMaxLayers) next = w.ended(Undecodable::too_many_layers);
        else if (next == Next::tcp) next = tcp(w, out);
        else if (next == Next::fragment) next = fragment(w, frame.time);
        else next = layer(next, w);
    }
    Outcome outcome = w.outcome;
    outcome.fragment_conflict = w.fragment_conflict;
    if (outcome.kind == Outcome::Kind::tcp) {
        out.at = {frame.time, frame.number};
        out.encapsulation = wrappings_.empty() ? std::string_view{} : names_.text(wrappings_.list());
    }
    return outcome;
}

Next Decoder::fragment(Walk& w, record::Nanos time) {
    const bool ipv4 = w.is_ipv4();
    const DatagramKey key{address(w.source), address(w.destination), w.wrappings.domain(), w.fragment.id,
                          ipv4 ? w.protocol : std::uint8_t{0}};
    const Defragmenter::Datagram datagram =
        defragmenter_.add(key, {w.fragment.offset, w.fragment.more, w.cut(), w.protocol, w.data}, time);
    switch (datagram.result) {
        case Defragmenter::Result::malformed: return w.ended(Undecodable::ip_fragment);
        case Defragmenter::Result::dropped:
            return w.ended(w.cut() ? Undecodable::truncated : Undecodable::fragment_dropped);
        case Defragmenter::Result::kept: w.outcome = {Outcome::Kind::fragment}; return Next::done;
        case Defragmenter::Result::complete: break;
    }
    completed_ = true;
    w.data = datagram.data;
    w.wire = datagram.data.size();
    w.protocol = datagram.protocol;
    w.fragment_conflict |= datagram.conflict;
    return ipv4 ? Next::ip_protocol : Next::ipv6_extensions;
}

}  // namespace tlsscope::packet
