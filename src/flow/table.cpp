#include "flow/table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "bytes/prefetch.h"
#include "flow/tcp_vocabulary.h"

namespace tlsscope::flow {

namespace {

constexpr std::size_t kAttachmentSize = 256;  // of it, what is read for every segment

constexpr std::uint16_t kPrivilegedPorts = 1024;

/// Whether the sender of a connection's first segment is its client.
bool first_is_client(const Segment& s, const Endpoint& source, const Endpoint& destination) {
    if (s.has(kSyn)) return !s.has(kAck);
    // Mid-stream: servers have the well-known port. The content may tell better later.
    const bool source_low = source.port < kPrivilegedPorts;
    const bool destination_low = destination.port < kPrivilegedPorts;
    if (source_low != destination_low) return destination_low;
    return true;
}

void add(FlowTotals::Bytes& sum, const Half& h) {
    const PayloadFate& f = h.assembler.fate();
    sum.payload += h.payload_bytes;
    sum.delivered += f.delivered;
    sum.duplicate += f.duplicate;
    sum.skipped += f.skipped;
    sum.uncaptured += f.uncaptured;
    sum.dropped += f.dropped;
    sum.discredited += h.discredited_bytes;
    sum.duplicate_capture += h.duplicate_capture_bytes;
}

}  // namespace

FlowTable::FlowTable(TableListener& listener, const TableOptions& options)
    : listener_{listener},
      options_{options},
      budget_{options.reassembly_limit, 0},
      tracker_{listener, budget_},
      index_{1024, KeyHash{options.seed}},
      half_open_{options.half_open_limit, options.seed},
      departed_{options.seed},
      aliases_{16, KeyHash{options.seed}},
      wrappings_{16, KeyHash{options.seed}},
      dice_{options.seed ^ 0x9e3779b97f4a7c15ULL} {}

void FlowTable::segment(const Segment& s) {
    expire(s.at.time);
    make_room();
    take(s, find(s));
}

/// `place`: where it belongs by its addresses.
void FlowTable::take(const Segment& s, Place place) {
    ++totals_.segments;
    // Decided here and not by expire(): the answer must not depend on what else this worker has seen.
    if (place.connection != nullptr && forgotten(*place.connection, s.at.time)) {
        finish(FlowKey{place.connection->key}, place.connection->end);
        place = find(s);
    }
    Connection* found = place.connection;
    if (place.half_open) {
        if (half_open_.keep(*place.half_open, s, seen(s))) return tell(half_open_.stream(*place.half_open), s);
        found = &enter(revive(*place.half_open));
    }
    if (found != nullptr && starts_anew(*found, s)) {
        finish(FlowKey{found->key}, found->finished_closing ? found->end : End::port_reused);
        found = nullptr;
    }
    if (found == nullptr && leave_out_late(s)) return;
    if (found == nullptr && keep_compactly(s)) return tell(next_stream_ - 1, s);
    Connection& c = found == nullptr ? create(s) : *found;
    tell(c.stream, s);
    c.seen = seen(s);
    const bool was_closed = c.finished_closing;
    const bool was_reading = !c.skim_wanted && !c.stop_wanted;
    tracker_.segment(c, s);
    roster_.update(c);
    if (was_reading && (c.skim_wanted || c.stop_wanted)) listener_.handshake_over(c);
    if (!c.finished_closing || was_closed) return;
    farewells_.push_back({c.seen, c.key, c.stream});
    listener_.closed(c);
}

void FlowTable::segments(std::span<const Segment> batch) {
    while (!batch.empty()) {
        const std::span<const Segment> near = batch.first(std::min(kAhead, batch.size()));
        batch = batch.subspan(near.size());
        expire(near.front().at.time);
        const Ahead ahead = fetch_ahead(near);
        for (std::size_t i = 0; i < near.size(); ++i) {
            make_room();
            // After one was finished none of those found ahead can be trusted to be there still.
            Connection* known = finished_ == ahead.finished ? ahead.connections[i] : nullptr;
            take(near[i], known != nullptr ? Place{known, {}} : find(near[i]));
        }
    }
}

/// What comes for a connection long closed and reported is counted, and in no record.
bool FlowTable::leave_out_late(const Segment& s) {
    const auto from = departed_.sender_of_late(s);
    if (!from) return false;
    ++totals_.long_after_close;
    FlowTotals::Bytes& bytes = totals_.bytes[record::index(*from)];
    bytes.payload += s.payload_length;
    bytes.long_after_close += s.payload_length;
    return true;
}

/// In three rounds, because each address is found in what the round before fetched.
FlowTable::Ahead FlowTable::fetch_ahead(std::span<const Segment> batch) {
    Ahead ahead;
    ahead.finished = finished_;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto it = index_.find(batch[i].key);
        if (it == index_.end()) continue;
        ahead.connections[i] = it.value().get();
        bytes::prefetch(ahead.connections[i], sizeof(Connection));
    }
    std::array<const Attachment*, kAhead> attachments{};  // what an acknowledgment alone does not concern
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const Connection* c = ahead.connections[i];
        if (c == nullptr || batch[i].payload_length == 0) continue;
        attachments[i] = c->attachment.get();
        bytes::prefetch(attachments[i], kAttachmentSize);
    }
    for (const Attachment* a : attachments)
        if (a != nullptr) a->prefetch();
    return ahead;
}

FlowTable::Place FlowTable::find(const Segment& s) {
    if (Connection* c = kept_whole(s.key, s.at.time)) return {c, {}};
    if (const auto i = half_open_.find(s.key)) return {nullptr, i};
    if (!any_wrapping_ && s.key.domain.id == 0) return {};
    if (const auto alias = aliases_.find(s.key); alias != aliases_.end())
        if (Connection* c = remembered(alias->second, s.at.time)) return {c, {}};
    return {find_other_way_round(s), {}};
}

/// The connection with this very key, made whole if it was kept compactly; null: none, or none any more.
Connection* FlowTable::remembered(const FlowKey& key, Nanos now) {
    if (Connection* c = kept_whole(key, now)) return c;
    if (const auto i = half_open_.find(key)) return &enter(revive(*i));
    return nullptr;
}

/// The one that is not kept compactly; a forgotten one is finished.
Connection* FlowTable::kept_whole(const FlowKey& key, Nanos now) {
    const auto it = index_.find(key);
    if (it == index_.end()) return nullptr;
    Connection& c = *it.value();
    if (!forgotten(c, now)) return &c;
    finish(FlowKey{key}, c.end);
    return nullptr;
}

/// A connection between the same endpoints of which only the other direction was seen, and which this segment answers.
Connection* FlowTable::find_other_way_round(const Segment& s) {
    constexpr std::int64_t kPlausible = 1 << 20;
    if (!s.has(kAck) || s.has(kRst)) return nullptr;
    FlowKey key = s.key;
    key.domain = {};
    std::vector<Domain> domains = {Domain{}};
    if (const auto it = wrappings_.find(key); it != wrappings_.end())
        domains.insert(domains.end(), it->second.begin(), it->second.end());
    for (const Domain d : domains) {
        key.domain = d;
        Connection* const found = remembered(key, s.at.time);
        if (found == nullptr) continue;
        Connection& c = *found;
        const Half& mine = c.half(c.side_of(s));
        const Half& theirs = c.half(other(c.side_of(s)));
        if (mine.packets != 0 || !theirs.space.known()) continue;
        const std::int64_t acked = theirs.space.offset(s.ack, theirs.sent);
        // Of a connection seen from its middle only bytes it has sent can be acknowledged: no SYN vouches for it.
        const std::int64_t slack = c.midstream ? 0 : kPlausible;
        if (acked < (c.midstream ? 1 : 0) || acked > static_cast<std::int64_t>(theirs.sent) + slack) continue;
        aliases_.insert_or_assign(s.key, key);
        c.other_key = s.key;
        return &c;
    }
    return nullptr;
}

void FlowTable::finish_all() {
    InOrder left;
    left.reserve(size());
    for (const auto& [key, c] : index_) left.emplace_back(c->stream, key);
    for (HalfOpenTable::Index i = 0; i < half_open_.size(); ++i)
        left.emplace_back(half_open_.stream(i), half_open_.key(i));
    finish_in_order(left, End::open);
    farewells_.clear();
}

Connection& FlowTable::create(const Segment& s) { return enter(begin(s, number(s))); }

std::uint64_t FlowTable::number(const Segment& first) {
    ++totals_.created;
    listener_.numbered(next_stream_, first.at.frame);
    return next_stream_++;
}

/// A connection whose first segment this is; nothing of it was looked at yet.
std::unique_ptr<Connection> FlowTable::begin(const Segment& s, std::uint64_t stream) {
    auto c = std::make_unique<Connection>();
    c->key = s.key;
    c->stream = stream;
    const Endpoint& source = s.from_low ? s.key.low : s.key.high;
    const Endpoint& destination = s.from_low ? s.key.high : s.key.low;
    c->client_is_low = first_is_client(s, source, destination) == s.from_low;
    c->encapsulation = std::string{s.encapsulation};
    c->half(Side::server).state = TcpState::listen;
    if (s.key.low == s.key.high) c->anomalies.report(kLandAddress, s.at.frame);
    if (s.key.domain.id != 0) {
        any_wrapping_ = true;
        FlowKey bare = s.key;
        bare.domain = {};
        remember_wrapping(bare, s.key.domain);
    }
    listener_.opened(*c);
    return c;
}

Connection& FlowTable::enter(std::unique_ptr<Connection> c) {
    if (index_.size() >= options_.max_connections) evict_one();
    const FlowKey key = c->key;
    Connection& entered = *index_.emplace(key, std::move(c)).first.value();
    roster_.add(entered);
    return entered;
}

/// Under a flood only, and rather than evicting: what few half-open connections there are otherwise may cost what they
/// like.
bool FlowTable::keep_compactly(const Segment& s) {
    const bool room = roster_.half_open().size() < options_.max_half_open && index_.size() < options_.max_connections;
    if (room || !half_open_.can_begin(s)) return false;
    half_open_.add(s, number(s), seen(s));
    return true;
}

/// Takes it out of the half-open ones, as the connection it would be had it never been kept compactly.
std::unique_ptr<Connection> FlowTable::revive(HalfOpenTable::Index i) {
    const HalfOpenFlow kept = half_open_.take_out(i);
    std::unique_ptr<Connection> c = begin(kept.segment(0), kept.stream);
    for (std::size_t n = 0; n < kept.count; ++n) tracker_.segment(*c, kept.segment(n));
    return c;
}

/// Closed so long ago that a packet with its ports belongs to something else.
bool FlowTable::forgotten(const Connection& c, Nanos now) const {
    return c.finished_closing && c.last.time + options_.closed_linger < now;
}

/// A SYN with a new initial sequence number opens a new connection on the same ports, unless it repeats an opening.
bool FlowTable::starts_anew(const Connection& c, const Segment& s) const {
    constexpr Nanos kSynPatience = 120'000'000'000;  // after this a SYN is no retry any more
    constexpr std::int64_t kWindow = 1 << 20;
    if (!s.has(kSyn) || (s.flags & (kFin | kRst)) != 0) return false;
    const Side side = c.side_of(s);
    const Half& sender = c.half(side);
    if (s.has(kAck)) {
        // A SYN/ACK alone starts anew only when the old connection is over and it is not a late copy.
        return c.finished_closing && !(sender.isn_known && sender.isn == s.seq) &&
               c.syn_acks.size() + c.syns.size() > 0;
    }
    if (sender.isn_known && sender.isn == s.seq) return c.finished_closing && s.at.time - c.last.time > kSynPatience;
    if (c.finished_closing || c.midstream) return true;
    if (side == Side::server) return c.established;
    if (c.syn_acks.empty() && !c.established) return s.at.time - c.last.time > kSynPatience;
    if (sender.fin.seen() || c.half(other(side)).fin.seen()) return true;
    if (!sender.space.known()) return true;
    const std::int64_t offset = sender.space.offset(s.seq, sender.sent) - static_cast<std::int64_t>(sender.sent);
    return offset < 0 || offset > kWindow;
}

void FlowTable::finish(const FlowKey& key, End why) {
    if (const auto i = half_open_.find(key)) return conclude(*revive(*i), why);
    const auto it = index_.find(key);
    if (it == index_.end()) return;
    const std::unique_ptr<Connection> c = std::move(it.value());
    index_.erase(it);
    roster_.remove(*c);
    ++finished_;
    if (c->other_key) aliases_.erase(*c->other_key);
    if (c->key.domain.id != 0) forget_wrapping(c->key);
    if (c->finished_closing) departed_.add(*c);
    conclude(*c, why);
}

void FlowTable::finish_in_order(InOrder& over, End why) {
    std::sort(over.begin(), over.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [stream, key] : over) finish(key, why);
}

/// Its record; it is in no table any more.
void FlowTable::conclude(Connection& c, End why) {
    if (!c.finished_closing) c.end = why;
    if (c.end == End::evicted) c.anomalies.report(kEvicted, c.last.frame);
    tracker_.finish(c);
    for (const Side side : {Side::client, Side::server}) add(totals_.bytes[record::index(side)], c.half(side));
    listener_.finished(c);
}

/// The newest only: each is asked for every segment that seems to belong nowhere.
void FlowTable::remember_wrapping(const FlowKey& bare, Domain domain) {
    constexpr std::size_t kMost = 16;
    std::vector<Domain>& known = wrappings_[bare];
    if (known.size() == kMost) known.erase(known.begin());
    known.push_back(domain);
}

void FlowTable::forget_wrapping(FlowKey key) {
    const Domain domain = std::exchange(key.domain, {});
    const auto it = wrappings_.find(key);
    if (it == wrappings_.end()) return;
    std::vector<Domain>& known = it.value();
    std::erase(known, domain);
    if (known.empty()) wrappings_.erase(it);
}

}  // namespace tlsscope::flow
