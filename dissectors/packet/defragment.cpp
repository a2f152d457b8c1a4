#include "dissectors/packet/defragment.h"

#include <algorithm>
#include <cstring>

namespace tlsscope::packet {

namespace {

constexpr std::size_t kLargestDatagram = 65'535;
constexpr std::size_t kPieceOverhead = 64;

bool is_malformed(const Fragment& f) {
    // RFC 791: all but the last are multiples of eight bytes. Beyond 65,535 there is no datagram ("ping of death").
    const bool odd = f.more && f.data.size() % 8 != 0;
    return f.data.empty() || odd || f.offset + f.data.size() > kLargestDatagram;
}

std::size_t charge(std::size_t data) { return data + kPieceOverhead; }

/// The bytes that a piece and a fragment have in common are the same. Both cover [begin, end).
bool agree(std::uint32_t piece_offset, bytes::Bytes piece, const Fragment& f, std::size_t begin, std::size_t end) {
    return std::equal(piece.begin() + static_cast<std::ptrdiff_t>(begin - piece_offset),
                      piece.begin() + static_cast<std::ptrdiff_t>(end - piece_offset),
                      f.data.begin() + static_cast<std::ptrdiff_t>(begin - f.offset));
}

}  // namespace

Defragmenter::Datagram Defragmenter::add(const DatagramKey& key, const Fragment& fragment, record::Nanos time) {
    now_ = std::max(now_, time);
    expire();
    if (is_malformed(fragment) && !fragment.cut) return {Result::malformed};
    const Table::iterator at = find_or_begin(key);
    Partial& partial = at->second;
    if (partial.discarded) return {Result::dropped};
    if (fragment.cut) {
        // Its datagram can never be whole, and a guess at the missing bytes would be a wrong packet.
        discard(partial);
        return {Result::dropped};
    }
    const Result result = merge(partial, fragment, key.source.version == 6);
    if (result == Result::complete) return complete(at);
    make_room(key);
    return {result};
}

void Defragmenter::expire() {
    while (!order_.empty()) {
        const auto oldest = partial_.find(order_.front());
        // Unsigned: `since` may be kNoTime, which is long ago.
        const std::uint64_t age = static_cast<std::uint64_t>(now_) - static_cast<std::uint64_t>(oldest->second.since);
        if (age <= static_cast<std::uint64_t>(limits_.timeout)) return;
        if (!oldest->second.discarded) ++counts_.timed_out;
        forget(oldest);
    }
}

Defragmenter::Table::iterator Defragmenter::find_or_begin(const DatagramKey& key) {
    const auto [at, is_new] = partial_.try_emplace(key);
    if (is_new) {
        at->second.since = now_;
        at->second.position = order_.insert(order_.end(), key);
    }
    return at;
}

Defragmenter::Result Defragmenter::merge(Partial& partial, const Fragment& f, bool overlap_discards) {
    const std::size_t end = f.offset + f.data.size();
    const std::size_t covered_end = partial.pieces.empty() ? 0 : partial.pieces.back().end();
    const bool beyond_end = partial.total != 0 && (end > partial.total || (!f.more && end != partial.total));
    if (beyond_end || (!f.more && end < covered_end)) return Result::malformed;

    for (const Piece& piece : partial.pieces) {
        const std::size_t from = std::max<std::size_t>(piece.offset, f.offset);
        const std::size_t to = std::min(piece.end(), end);
        if (from >= to) continue;
        const bool same = agree(piece.offset, piece.data, f, from, to);
        // A duplicate packet; unless it is the first that tells where the datagram ends.
        const bool news = !f.more && partial.total == 0;
        if (same && !news && piece.offset == f.offset && piece.end() == end) return Result::kept;
        if (overlap_discards) {  // RFC 5722
            discard(partial);
            return Result::dropped;
        }
        if (!same && !partial.conflict) ++counts_.conflicts;
        partial.conflict |= !same;
    }
    insert_uncovered(partial, f);
    if (!f.more) partial.total = end;
    if (f.offset == 0) partial.protocol = f.protocol;
    if (partial.pieces.size() > limits_.pieces) {
        discard(partial);
        return Result::dropped;
    }
    std::size_t whole = 0;
    for (const Piece& piece : partial.pieces) whole += piece.offset == whole ? piece.data.size() : 0;
    return partial.total != 0 && whole == partial.total ? Result::complete : Result::kept;
}

void Defragmenter::insert_uncovered(Partial& partial, const Fragment& f) {
    const std::size_t end = f.offset + f.data.size();
    std::size_t at = f.offset;
    const std::size_t known = partial.pieces.size();
    for (std::size_t i = 0; i < known && at < end; ++i) {
        const std::size_t piece_begin = partial.pieces[i].offset;
        const std::size_t piece_end = partial.pieces[i].end();
        if (piece_begin > at) keep_piece(partial, f, at, std::min(piece_begin, end));
        at = std::max(at, piece_end);
    }
    if (at < end) keep_piece(partial, f, at, end);
    std::sort(partial.pieces.begin(), partial.pieces.end(),
              [](const Piece& a, const Piece& b) { return a.offset < b.offset; });
}

void Defragmenter::keep_piece(Partial& partial, const Fragment& f, std::size_t begin, std::size_t end) {
    const bytes::Bytes part = f.data.subspan(begin - f.offset, end - begin);
    partial.pieces.push_back({static_cast<std::uint32_t>(begin), {part.begin(), part.end()}});
    bytes_ += charge(part.size());
}

Defragmenter::Datagram Defragmenter::complete(Table::iterator at) {
    std::vector<std::uint8_t>& whole = completed_.emplace_back();
    whole.reserve(at->second.total);
    for (const Piece& piece : at->second.pieces) whole.insert(whole.end(), piece.data.begin(), piece.data.end());
    const Datagram out{Result::complete, whole, at->second.protocol, at->second.conflict};
    ++counts_.completed;
    forget(at);
    return out;
}

void Defragmenter::discard(Partial& partial) {
    for (const Piece& piece : partial.pieces) bytes_ -= charge(piece.data.size());
    partial.pieces.clear();
    partial.pieces.shrink_to_fit();
    partial.discarded = true;
    ++counts_.discarded;
}

void Defragmenter::make_room(const DatagramKey& keep) {
    while (partial_.size() > limits_.datagrams || bytes_ > limits_.bytes) {
        auto oldest_key = order_.begin();
        if (*oldest_key == keep) ++oldest_key;
        if (oldest_key == order_.end()) return;  // alone it is no larger than a datagram
        const auto oldest = partial_.find(*oldest_key);
        if (!oldest->second.discarded) ++counts_.evicted;
        forget(oldest);
    }
}

void Defragmenter::forget(Table::iterator at) {
    for (const Piece& piece : at->second.pieces) bytes_ -= charge(piece.data.size());
    order_.erase(at->second.position);
    partial_.erase(at);
}

std::size_t Defragmenter::KeyHash::operator()(const DatagramKey& key) const {
    std::uint64_t words[6] = {};
    std::memcpy(&words[0], key.source.octets.data(), 16);
    std::memcpy(&words[2], key.destination.octets.data(), 16);
    words[4] = key.domain;
    words[5] = std::uint64_t{key.id} << 8 | key.protocol;
    std::uint64_t hash = 0;
    for (const std::uint64_t word : words) {
        hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
        hash ^= hash >> 32;
    }
    return hash;
}

}  // namespace tlsscope::packet
