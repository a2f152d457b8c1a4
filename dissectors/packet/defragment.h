// IP fragments put together again: RFC 791 section 3.2, RFC 8200 section 4.5, RFC 5722.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

#include "bytes/bytes.h"
#include "flow/key.h"
#include "record/evidence.h"

namespace tlsscope::packet {

/// What names a datagram. `domain` keeps equal addresses of different VLANs and tunnels apart.
struct DatagramKey {
    flow::Address source;
    flow::Address destination;
    std::uint64_t domain = 0;
    std::uint32_t id = 0;
    std::uint8_t protocol = 0;  ///< IPv4 only: RFC 8200 leaves it out

    friend bool operator==(const DatagramKey&, const DatagramKey&) = default;
};

struct Fragment {
    std::uint32_t offset = 0;  ///< bytes
    bool more = false;
    bool cut = false;           ///< the capture does not have all of it
    std::uint8_t protocol = 0;  ///< the next header, of which the first fragment's counts
    bytes::Bytes data;
};

struct FragmentLimits {
    std::size_t datagrams = 4096;
    std::size_t bytes = std::size_t{16} << 20;
    std::size_t pieces = 1024;               ///< of one datagram
    record::Nanos timeout = 30'000'000'000;  ///< of packet time, from the first fragment
};

struct FragmentCounts {
    std::uint64_t completed = 0;  ///< datagrams
    std::uint64_t timed_out = 0;
    std::uint64_t evicted = 0;    ///< to stay within the limits
    std::uint64_t conflicts = 0;  ///< IPv4 fragments that disagree with earlier ones
    std::uint64_t discarded = 0;  ///< given up: IPv6 overlap, too many pieces, a fragment cut by the capture
};

/// Bounded memory whatever comes in. IPv4: the first copy of a byte wins. IPv6: an overlap discards the datagram.
class Defragmenter {
  public:
    explicit Defragmenter(const FragmentLimits& limits = {}) : limits_{limits} {}

    enum class Result : std::uint8_t { kept, complete, malformed, dropped };
    struct Datagram {
        Result result = Result::kept;
        bytes::Bytes data = {};  ///< when complete: lives until release()
        std::uint8_t protocol = 0;
        bool conflict = false;
    };
    Datagram add(const DatagramKey& key, const Fragment& fragment, record::Nanos time);

    /// Lets go of the datagrams that were handed out.
    void release() { completed_.clear(); }
    const FragmentCounts& counts() const { return counts_; }
    /// Datagrams and bytes that wait now.
    std::size_t waiting() const { return partial_.size(); }
    std::size_t waiting_bytes() const { return bytes_; }

  private:
    struct KeyHash {
        std::size_t operator()(const DatagramKey& key) const;
    };
    /// Bytes [offset, offset + data.size()): sorted, never overlapping.
    struct Piece {
        std::uint32_t offset;
        std::vector<std::uint8_t> data;
        std::size_t end() const { return offset + data.size(); }
    };
    struct Partial {
        std::vector<Piece> pieces;
        record::Nanos since = record::kNoTime;
        std::list<DatagramKey>::iterator position;
        std::size_t total = 0;  ///< 0: the last fragment has not come
        std::uint8_t protocol = 0;
        bool conflict = false;
        bool discarded = false;  ///< whatever else comes of it is dropped until the time is up
    };
    using Table = std::unordered_map<DatagramKey, Partial, KeyHash>;
    Table::iterator find_or_begin(const DatagramKey& key);
    void expire();
    void make_room(const DatagramKey& keep);
    void forget(Table::iterator at);
    void discard(Partial& partial);
    Result merge(Partial& partial, const Fragment& fragment, bool overlap_discards);
    void insert_uncovered(Partial& partial, const Fragment& fragment);
    void keep_piece(Partial& partial, const Fragment& fragment, std::size_t begin, std::size_t end);
    Datagram complete(Table::iterator at);

    FragmentLimits limits_;
    Table partial_;
    std::list<DatagramKey> order_;  ///< oldest first
    std::vector<std::vector<std::uint8_t>> completed_;
    FragmentCounts counts_;
    std::size_t bytes_ = 0;
    record::Nanos now_ = record::kNoTime;  ///< never runs back
};

}  // namespace tlsscope::packet
