#include "capture/packet_store.h"

#include <cstring>

namespace tlsscope::capture {

namespace {

constexpr std::size_t kEntryCost = 192;  // of a connection without packets: both nodes, the bucket

std::string missing_text(std::uint64_t missing) {
    return missing == 0 ? std::string{} : std::to_string(missing) + " packets of this connection were not kept";
}

}  // namespace

struct PacketStore::Header {
    record::Nanos time;
    std::uint32_t captured;
    std::uint32_t wire_length;
    std::uint32_t interface;
    std::uint16_t link_type;
    std::uint16_t fcs_length;
};

void PacketStore::add(std::uint64_t connection, const Frame& frame) {
    const std::size_t size = sizeof(Header) + frame.data.size();
    Kept& kept = touch(connection);
    // Once one is missing the rest is too: a hole in the middle would look like loss on the network.
    if (kept.missing != 0 || kept.packets.size() + size > limits_.connection_bytes) {
        ++kept.missing;
        ++counters_.over_limit;
        return;
    }
    append(kept, frame);
    make_room();
}

void PacketStore::write(std::uint64_t connection, PcapngWriter& out) {
    const auto it = connections_.find(connection);
    if (it == connections_.end()) return;
    const Kept& kept = it->second;
    std::string comment = missing_text(kept.missing);
    for (std::size_t at = 0; at < kept.packets.size();) {
        Header header{};
        std::memcpy(&header, kept.packets.data() + at, sizeof header);
        at += sizeof header;
        Frame frame;
        frame.data = bytes::Bytes{kept.packets}.subspan(at, header.captured);
        frame.time = header.time;
        frame.wire_length = header.wire_length;
        frame.interface = header.interface;
        frame.link_type = header.link_type;
        frame.fcs_length = static_cast<std::uint8_t>(header.fcs_length);
        at += header.captured;
        out.write(frame, comment);
        comment.clear();
    }
    counters_.written_packets += kept.count;
    if (kept.missing != 0) ++counters_.written_in_part;
    forget(connection);
}

void PacketStore::drop(std::uint64_t connection) { forget(connection); }

std::string PacketStore::text() const {
    std::string out = std::to_string(counters_.written_packets) + " packets of connections that match --keep written";
    const std::uint64_t lost = counters_.over_limit + counters_.evicted_packets;
    if (lost != 0)
        out += "; " + std::to_string(counters_.over_limit) + " were beyond the limit of their connection and " +
               std::to_string(counters_.evicted_packets) + " beyond that of all together (" +
               std::to_string(counters_.written_in_part) + " connections written in part)";
    return out;
}

PacketStore::Kept& PacketStore::touch(std::uint64_t connection) {
    const auto [it, added] = connections_.try_emplace(connection);
    if (added) {
        it->second.turn = turns_.insert(turns_.end(), connection);
        ++counters_.connections;
        counters_.bytes += kEntryCost;
    } else {
        turns_.splice(turns_.end(), turns_, it->second.turn);
    }
    return it->second;
}

void PacketStore::append(Kept& kept, const Frame& frame) {
    const Header header{.time = frame.time,
                        .captured = static_cast<std::uint32_t>(frame.data.size()),
                        .wire_length = frame.wire_length,
                        .interface = frame.interface,
                        .link_type = frame.link_type,
                        .fcs_length = frame.fcs_length};
    const std::size_t before = kept.packets.capacity();
    const auto* raw = reinterpret_cast<const std::uint8_t*>(&header);
    kept.packets.insert(kept.packets.end(), raw, raw + sizeof header);
    kept.packets.insert(kept.packets.end(), frame.data.begin(), frame.data.end());
    ++kept.count;
    counters_.bytes += kept.packets.capacity() - before;
}

/// Takes packets away first and leaves the connection known, so that what is written of it later is said to be a part.
void PacketStore::make_room() {
    while (counters_.bytes > limits_.total_bytes && !turns_.empty()) {
        const std::uint64_t oldest = turns_.front();
        Kept& kept = connections_.find(oldest)->second;
        if (kept.count == 0) {
            forget(oldest);
            continue;
        }
        counters_.evicted_packets += kept.count;
        counters_.bytes -= kept.packets.capacity();
        kept.missing += kept.count;
        kept.count = 0;
        std::vector<std::uint8_t>{}.swap(kept.packets);  // assigning {} would keep the memory
        turns_.splice(turns_.end(), turns_, kept.turn);
    }
}

void PacketStore::forget(std::uint64_t connection) {
    const auto it = connections_.find(connection);
    if (it == connections_.end()) return;
    counters_.bytes -= kEntryCost + it->second.packets.capacity();
    --counters_.connections;
    turns_.erase(it->second.turn);
    connections_.erase(it);
}

}  // namespace tlsscope::capture
