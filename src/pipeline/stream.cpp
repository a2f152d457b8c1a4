#include "pipeline/stream.h"

#include <algorithm>
#include <utility>

namespace tlsscope::pipeline {

namespace {

// A stream that is not claimed within these is nobody's: STARTTLS, CONNECT and PROXY come early.
constexpr std::size_t kMaxKept = 4096;            // while a probe wants more
constexpr std::uint32_t kMaxTries = 64;           // segments of one side, and kMaxKept bytes: some are of one byte
constexpr std::uint64_t kMaxSeen = 256UL * 1024;  // bytes of both sides

/// SSH begins with a line of text, too, and is none.
bool is_text(bytes::Bytes data) {
    constexpr std::size_t kEnough = 8;
    const bytes::Bytes head = data.first(std::min(data.size(), kEnough));
    const auto printable = [](std::uint8_t b) { return (b >= 0x20 && b < 0x7f) || b == '\r' || b == '\n'; };
    return head.size() >= 4 && std::all_of(head.begin(), head.end(), printable) &&
           !bytes::as_text(data).starts_with("SSH-");
}

}  // namespace

void Stream::data(const flow::Chunk& chunk) {
    if (over_) return;
    if (!dissector_) {
        probe(chunk);
        return;
    }
    flow::Chunk mine = chunk;
    mine.from = mapped(chunk.from);
    take(dissector_->data(mine, *this));
}

void Stream::gap(const flow::Gap& gap) {
    if (over_) return;
    if (!dissector_) {
        forget(unclaimed_[record::index(gap.from)]);
        return;
    }
    flow::Gap mine = gap;
    mine.from = mapped(gap.from);
    take(dissector_->gap(mine, *this));
}

void Stream::ended(record::Side side, record::Evidence at) {
    if (dissector_ && !over_) dissector_->end(mapped(side), at, *this);
}

void Stream::finish() {
    if (dissector_ && !over_) dissector_->finish(*this);
}

void Stream::describe(record::ConnectionRecord& record) const {
    if (!dissector_) return;
    for (const auto& e : timeline_.entries()) record.timeline.set(*e.mark, e.at, e.inferred, e.ambiguous);
    for (const auto& e : anomalies_.entries())
        for (std::uint32_t i = 0; i < e.count; ++i) record.anomalies.report(*e.anomaly, e.first_frame);
    dissector_->describe(record);
}

void Stream::probe(const flow::Chunk& chunk) {
    Unclaimed& u = unclaimed_[record::index(chunk.from)];
    if (u.given_up) return;
    if (!std::exchange(u.begun, true)) u.text = is_text(chunk.data);
    const bool waiting = !u.bytes.empty();  // bytes that are judged at once are not copied
    if (waiting) keep(u, chunk);
    bool undecided = judge(chunk, waiting);
    if (undecided) return;
    if (!waiting) u.seen += chunk.data.size();
    // What came first is nobody's, but each segment behind it may begin something of its own.
    while (!undecided && drop_first(u)) undecided = judge(chunk, true);
    if (dissector_) return;
    u.given_up = ++u.tries >= kMaxTries && u.seen >= kMaxKept;
    if ((unclaimed_[0].given_up && unclaimed_[1].given_up) || unclaimed_[0].seen + unclaimed_[1].seen > kMaxSeen)
        give_up();
}

/// Claims the stream or goes on keeping; false: what there is does not begin anything. `kept`: the chunk is among it.
bool Stream::judge(const flow::Chunk& chunk, bool kept) {
    Unclaimed& u = unclaimed_[record::index(chunk.from)];
    const bytes::Bytes data = kept ? bytes::Bytes{u.bytes} : chunk.data;
    bool wants_more = false;
    for (const Protocol& p : protocols_) {
        for (const bool flip : {false, true}) {
            const record::Side side = flip ? record::other(chunk.from) : chunk.from;
            const dissect::ProbeResult r = p.dissector->probe(data, side, u.seen == 0);
            if (r.answer == dissect::Probe::yes) {
                flipped_ = flip;
                if (!kept) keep(u, chunk);
                claim(p, chunk.from, r.offset);
                return true;
            }
            wants_more = wants_more || r.answer == dissect::Probe::need_more;
        }
    }
    if (!wants_more || data.size() >= kMaxKept) return false;
    if (!kept) keep(u, chunk);
    if (charge(u)) return true;
    u.seen += u.bytes.size() - (kept ? 0 : chunk.data.size());
    forget(u);
    return false;
}

/// Lets go of the first segment that was kept; false when none is left behind it.
bool Stream::drop_first(Unclaimed& u) {
    if (u.pieces.empty()) return false;
    const std::size_t length = u.pieces.front().length;
    u.seen += length;
    u.bytes.erase(u.bytes.begin(), u.bytes.begin() + static_cast<std::ptrdiff_t>(length));
    u.pieces.erase(u.pieces.begin());
    if (u.pieces.empty()) forget(u);
    return !u.pieces.empty();
}

void Stream::keep(Unclaimed& u, const flow::Chunk& chunk) {
    u.bytes.insert(u.bytes.end(), chunk.data.begin(), chunk.data.end());
    u.pieces.push_back({chunk.data.size(), chunk.offset, chunk.carried, chunk.released});
}

/// What is to stay until more comes. False: all streams together keep too much.
bool Stream::charge(Unclaimed& u) {
    const std::uint64_t cost = u.bytes.capacity() + u.pieces.capacity() * sizeof(Piece);
    if (budget_.used - u.charged + cost > budget_.limit) return false;
    budget_.used += cost - u.charged;
    u.charged = cost;
    return true;
}

void Stream::forget(Unclaimed& u) {
    budget_.used -= std::exchange(u.charged, 0);
    u.bytes = {};
    u.pieces = {};
}

void Stream::forget_unclaimed() {
    for (Unclaimed& u : unclaimed_) forget(u);
}

/// Hands the dissector what was kept, from where its protocol begins; the other side's bytes kept so far follow.
void Stream::claim(const Protocol& protocol, record::Side from, std::size_t offset) {
    claimed_ = protocol.dissector;
    dissector_ = claimed_->make({.midstream = connection_.midstream,
                                 .want_ladder = connection_.ladder != nullptr,
                                 .shared = protocol.shared.get()});
    for (Unclaimed& u : unclaimed_) budget_.used -= std::exchange(u.charged, 0);
    const std::array<Unclaimed, 2> kept = std::exchange(unclaimed_, {});
    for (const record::Side side : {from, record::other(from)}) {
        const Unclaimed& u = kept[record::index(side)];
        // What the other side said before may belong to what went before: PostgreSQL's "S".
        const bool mine = side == from || claimed_->probe(u.bytes, mapped(side), true).answer != dissect::Probe::no;
        if (!mine) continue;
        std::size_t at = 0;
        std::size_t skip = side == from ? offset : 0;
        for (const Piece& p : u.pieces) {
            const std::size_t drop = std::min(skip, p.length);
            skip -= drop;
            const bytes::Bytes data = bytes::Bytes{u.bytes}.subspan(at + drop, p.length - drop);
            at += p.length;
            if (data.empty() || over_) continue;
            take(dissector_->data({.data = data,
                                   .from = mapped(side),
                                   .offset = p.offset + drop,
                                   .carried = p.carried,
                                   .released = p.released},
                                  *this));
        }
    }
}

void Stream::take(dissect::Verdict verdict) {
    if (verdict == dissect::Verdict::more) return;
    if (verdict == dissect::Verdict::skim) {
        connection_.skim_wanted = true;
        return;
    }
    if (verdict == dissect::Verdict::not_mine) {
        dissector_.reset();
        claimed_ = nullptr;
        timeline_ = {};
        anomalies_ = {};
    }
    give_up();
}

void Stream::give_up() {
    over_ = true;
    forget_unclaimed();
    connection_.stop_wanted = true;
    if (claimed_ == nullptr) connection_.passages = {};  // nobody will ask
}

void Stream::mark(const record::Mark& m, record::Evidence at, bool inferred) { timeline_.set(m, at, inferred); }

void Stream::move_mark(const record::Mark& m, record::Evidence at, bool inferred) { timeline_.move(m, at, inferred); }

void Stream::anomaly(const record::Anomaly& a, record::Evidence at) { anomalies_.report(a, at.frame); }

/// Beneath the segment that completed it; that one's step may not exist yet (the tracker adds it when it is done), or
/// not at all (bulk data is summed up): then the message gets a step of its own, in its place.
void Stream::message(record::Message&& m) {
    if (!connection_.ladder) return;
    m.from = mapped(m.from);
    auto& steps = connection_.ladder->steps;
    const auto same = std::find_if(steps.rbegin(), steps.rend(),
                                   [&](const record::Step& s) { return s.segment.at.frame <= m.last.frame; });
    if (same != steps.rend() && same->segment.at.frame == m.last.frame) {
        same->messages.push_back(std::move(m));
        return;
    }
    if (steps.size() >= connection_.ladder->max_steps) return;
    record::Step fresh;
    fresh.segment.at = m.last;
    fresh.messages.push_back(std::move(m));
    steps.insert(same.base(), std::move(fresh));
}

}  // namespace tlsscope::pipeline
