#include "verdict/setup.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "verdict/segment_size.h"

namespace tlsscope::verdict {

namespace {

using flow::Passage;
using record::index;
using record::Side;

constexpr Nanos kMillisecond = 1'000'000;
// Of a setup: longer, the clock was set and nobody waited. Sums and multiples of such times do not overflow.
constexpr Nanos kLongest = 365 * 86'400'000LL * kMillisecond;

class Walk {
  public:
    Walk(const SetupMarks& marks, const flow::Passages& passages, const std::vector<flow::Stall>& stalls)
        : marks_{marks}, passages_{passages}, stalls_{stalls}, rtt_{marks.rtt_client, marks.rtt_server} {}

    std::optional<Setup> go() {
        if (!connect() || !find_begin()) return std::nullopt;
        for (; at_ < passages_.size() && passages_[at_].frame <= marks_.end.frame; ++at_) {
            const Passage& p = passages_[at_];
            if (p.time < passages_[at_ - 1].time || p.kind == Passage::Kind::doubted) return std::nullopt;
            if (p.kind == Passage::Kind::ack || needless(p)) note_ack(p);
            else data(p);
            acked_[index(p.from)] = std::max(acked_[index(p.from)], p.acked);
        }
        if (last_->time != marks_.end.time) return std::nullopt;
        return setup_;
    }

  private:
    bool connect() {
        const Nanos connect = marks_.connected.time - marks_.syn.time;
        const Nanos wait = marks_.begin.time - marks_.connected.time;
        if (connect < 0 || wait < 0 || marks_.end.time < marks_.begin.time) return false;
        const Nanos lost = lost_between(marks_.syn.time, marks_.connected.time);
        const Nanos lost_waiting = lost_between(marks_.connected.time, marks_.begin.time);
        setup_.total = marks_.end.time - marks_.syn.time;
        setup_.loss = lost + lost_waiting;
        setup_.network = connect - lost;
        setup_.wait = wait - lost_waiting;
        setup_.half_trips = 2;
        return true;
    }

    bool find_begin() {
        const auto begins = [&](const Passage& p) {
            return p.frame == marks_.begin.frame && p.kind != Passage::Kind::ack;
        };
        const auto it = std::find_if(passages_.begin(), passages_.end(), begins);
        if (it == passages_.end()) return false;
        at_ = static_cast<std::size_t>(it - passages_.begin()) + 1;
        last_ = &*it;
        flight_ = last_->length;
        return true;
    }

    Nanos lost_between(Nanos from, Nanos to) const { return flow::stalled(stalls_, from, to, marks_.end.time); }
    void note_ack(const Passage& p) {
        ack_[index(p.from)] = &p;
        window_closed_ = window_closed_ || (p.window_closed && p.from != last_->from);
    }

    /// Sent again although it had been acknowledged: nobody waited for it.
    bool needless(const Passage& p) const {
        return p.kind == Passage::Kind::repeated && acked_[index(record::other(p.from))] >= p.end();
    }

    void data(const Passage& p) {
        const Nanos lost = lost_between(last_->time, p.time);
        const Nanos rest = p.time - last_->time - lost;
        setup_.loss += lost;
        if (p.kind == Passage::Kind::repeated) repeat(p, rest, lost);
        else if (p.from != last_->from) turn(p, rest);
        else same_flight(p, rest);
        if (p.from != last_->from) turned_at_ = last_->time;
        before_last_ = p.from == last_->from ? last_ : nullptr;
        flight_ = p.from == last_->from ? flight_ + p.length : p.length;
        last_ = &p;
        ack_ = {};
        window_closed_ = false;
    }

    void repeat(const Passage& p, Nanos rest, Nanos lost) {
        setup_.loss += rest;
        Repeat r{.original = {}, .again = p, .duplicate_acks = 0, .cost = rest + lost};
        for (std::size_t i = 0; i < at_; ++i) {
            const Passage& before = passages_[i];
            if (before.from == p.from && before.kind != Passage::Kind::ack && before.begin <= p.begin &&
                p.begin < before.end())
                r.original = before;
            const bool asks = before.from != p.from && before.kind == Passage::Kind::ack && before.acked == p.begin;
            if (asks && r.original) ++r.duplicate_acks;
        }
        setup_.repeats.push_back(r);
    }

    /// The other side answers: its round trip, and what it needed itself.
    void turn(const Passage& p, Nanos rest) {
        const Nanos under_way = std::min(rest, rtt_[index(p.from)]);
        setup_.network += under_way;
        think(p.from, p, rest - under_way);
        ++setup_.half_trips;
    }

    /// More from the same side. Who had more to say would have filled the segment before.
    void same_flight(const Passage& p, Nanos rest) {
        if (window_closed_) return think(record::other(p.from), p, rest);
        if (paced(p)) {
            setup_.transfer += rest;
            return;
        }
        const Passage* ack = released_by(p);
        if (ack != nullptr && rest == p.time - last_->time) {
            const Nanos acked_after = ack->time - last_->time;
            const Nanos there = std::min(acked_after, rtt_[index(ack->from)]);
            const Nanos back = std::min(p.time - ack->time, rtt_[index(p.from)]);
            setup_.network += there + back;
            setup_.ack_wait += rest - there - back;
            setup_.half_trips += 2;
            setup_.held.push_back({*last_, *ack, p, flight_, over_window(p), acked_after - there});
        } else if (fills_a_segment(*last_) && !free_to_send(p)) {
            setup_.transfer += rest;
        } else {
            think(p.from, p, rest);
        }
    }

    /// A slow link takes as long for each byte of this segment as for those of the one before or after it. Whoever
    /// waits for an acknowledgment, or thinks, does not keep to that.
    bool paced(const Passage& p) const {
        if (!fills_a_segment(*last_) || p.time - last_->time < kMillisecond) return false;
        if (before_last_ != nullptr && same_pace(*before_last_, *last_, p)) return true;
        const Passage* next = next_of_flight(p);
        return next != nullptr && fills_a_segment(p) && same_pace(*last_, p, *next);
    }

    static bool same_pace(const Passage& a, const Passage& b, const Passage& c) {
        constexpr double kAbout = 0.25;
        const double first = static_cast<double>(b.time - a.time) / std::max<std::uint32_t>(b.length, 1);
        const double second = static_cast<double>(c.time - b.time) / std::max<std::uint32_t>(c.length, 1);
        return std::abs(first - second) <= kAbout * std::max(first, second);
    }

    const Passage* next_of_flight(const Passage& p) const {
        for (std::size_t i = at_ + 1; i < passages_.size(); ++i)
            if (passages_[i].kind != Passage::Kind::ack) return passages_[i].from == p.from ? &passages_[i] : nullptr;
        return nullptr;
    }

    /// The acknowledgment of everything before, if the segment came as soon after it as it could, and not sooner, and
    /// nothing else the other side sent explains it as well (early data).
    const Passage* released_by(const Passage& p) const {
        const Passage* ack = ack_[index(record::other(p.from))];
        if (ack == nullptr || ack->acked < last_->end()) return nullptr;
        const Nanos rtt = rtt_[index(p.from)];
        const Nanos after = p.time - ack->time;
        const Nanos slack = std::max(rtt / 2, 2 * kMillisecond);
        const bool in_time = after + rtt / 4 >= rtt && after <= rtt + slack;
        return in_time && ack->time - turned_at_ > slack ? ack : nullptr;
    }

    /// Whether an acknowledgment of everything had long arrived: what came between was neither window nor bandwidth.
    bool free_to_send(const Passage& p) const {
        const Passage* ack = ack_[index(record::other(p.from))];
        if (ack == nullptr || ack->acked < last_->end()) return false;
        const Nanos rtt = rtt_[index(p.from)];
        return p.time - ack->time > rtt + std::max(rtt / 2, 2 * kMillisecond);
    }

    /// Nagle's algorithm holds less than a segment; a window that is full (RFC 6928: ten segments at first, once fewer)
    /// holds whole ones, too.
    bool over_window(const Passage& p) const { return fills_a_segment(p) || flight_ >= 9 * mss(p.from); }
    bool fills_a_segment(const Passage& p) const { return verdict::fills_a_segment(p.length, mss(p.from)); }
    std::uint32_t mss(Side sender) const { return marks_.largest_payload[index(sender)]; }

    /// What a side needed for itself until p passed.
    void think(Side side, const Passage& p, Nanos length) {
        (side == Side::client ? setup_.client : setup_.server) += length;
        Pause& longest = setup_.longest[index(side)];
        if (length > longest.length) longest = {*last_, p, length};
    }

    const SetupMarks& marks_;
    const flow::Passages& passages_;
    const std::vector<flow::Stall>& stalls_;
    std::array<Nanos, 2> rtt_;
    Setup setup_;
    std::size_t at_ = 0;
    const Passage* last_ = nullptr;         // with payload
    const Passage* before_last_ = nullptr;  // of the same flight
    std::uint32_t flight_ = 0;              // bytes its sender has sent in a row
    Nanos turned_at_ = 0;                   // when the other side last sent something before that
    std::array<std::uint32_t, 2> acked_{};  // by who acknowledges
    bool window_closed_ = false;            // by the other side, since last_
    std::array<const Passage*, 2> ack_{};   // since then, by sender
};

}  // namespace

std::optional<Setup> split_setup(const SetupMarks& marks, const flow::Passages& passages,
                                 const std::vector<flow::Stall>& stalls) {
    for (const record::Evidence& mark : {marks.syn, marks.connected, marks.begin, marks.end})
        if (!mark.seen() || mark.time == record::kNoTime) return std::nullopt;
    if (marks.end.time - marks.syn.time > kLongest) return std::nullopt;
    return Walk{marks, passages, stalls}.go();
}

}  // namespace tlsscope::verdict
