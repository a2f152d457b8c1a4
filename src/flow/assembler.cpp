#include "flow/assembler.h"

#include <algorithm>

namespace tlsscope::flow {

namespace {

bytes::Bytes tail(bytes::Bytes data, std::uint64_t from) {
    return from >= data.size() ? bytes::Bytes{} : data.subspan(from);
}

bytes::Bytes head(bytes::Bytes data, std::uint64_t length) { return length >= data.size() ? data : data.first(length); }

}  // namespace

void Assembler::insert(std::uint64_t offset, bytes::Bytes data, std::uint32_t wire_length, Evidence at,
                       ReassemblyBudget& budget, Receiver& receiver) {
    if (wire_length == 0) return;
    if (offset < next_) {  // what was handed on already stands
        const std::uint64_t old = std::min<std::uint64_t>(next_ - offset, wire_length);
        fate_.duplicate += old;
        if (reading() && delivered_.differs(offset, head(data, old))) receiver.conflict(at);
        offset += old;
        data = tail(data, old);
        wire_length -= static_cast<std::uint32_t>(old);
        if (wire_length == 0) return;
    }
    if (stopped_) {
        // Holes are no longer kept: the furthest byte seen is where the stream is.
        fate_.skipped += wire_length;
        next_ = offset + wire_length;
        return;
    }
    if (offset == next_ && !has_hole() && !paused_) {
        hand_on(offset, data, wire_length, at, at, receiver);
        return;
    }
    hold(offset, data, wire_length, at, budget, receiver);
    if (!paused_) release_contiguous(at, budget, receiver);
    relieve(at, budget, receiver);
}

void Assembler::give_up_to(std::uint64_t offset, Gap::Why why, Evidence at, ReassemblyBudget& budget,
                           Receiver& receiver) {
    while (next_ < offset) {
        if (stopped_) {
            next_ = offset;
            return;
        }
        skip_hole(offset, why, at, receiver);
        release_contiguous(at, budget, receiver);
    }
}

void Assembler::skip_hole(std::uint64_t offset, Gap::Why why, Evidence at, Receiver& receiver) {
    const std::uint64_t until = has_hole() ? std::min(offset, held_->front().offset) : offset;
    if (until <= next_) return;
    const Gap gap{.offset = next_, .length = until - next_, .why = why, .at = at};
    next_ = until;
    receiver.gap(gap);
}

std::uint64_t Assembler::ready_end() const {
    std::uint64_t end = next_;
    if (!has_hole()) return end;
    for (const Piece& p : *held_) {
        if (p.offset != end) break;
        end = p.end();
    }
    return end;
}

void Assembler::hand_on_next(Evidence& released, ReassemblyBudget& budget, Receiver& receiver) {
    const Piece p = std::move(held_->front());
    held_->erase(held_->begin());
    if (held_->empty()) held_.reset();
    budget.used -= std::min<std::uint64_t>(budget.used, p.data.size() + kSegmentCost);
    if (released.frame < p.carried.frame) released = p.carried;
    hand_on(p.offset, p.data, p.wire_length, p.carried, released, receiver);
}

void Assembler::resume(ReassemblyBudget& budget, Receiver& receiver) {
    if (!paused_) return;
    paused_ = false;
    release_contiguous({}, budget, receiver);
}

void Assembler::stop(ReassemblyBudget& budget) {
    if (stopped_) return;
    if (has_hole()) next_ = held_end();
    for (const Piece& p : held_ ? *held_ : Pieces{}) {
        fate_.skipped += p.wire_length;
        budget.used -= std::min<std::uint64_t>(budget.used, p.data.size() + kSegmentCost);
    }
    held_.reset();
    delivered_.clear();
    paused_ = false;
    stopped_ = true;
}

void Assembler::skim() {
    if (skimmed_) return;
    skimmed_ = true;
    delivered_.clear();
}

void Assembler::clear(ReassemblyBudget& budget) {
    if (!held_) return;
    for (const Piece& p : *held_) {
        fate_.dropped += p.wire_length;
        budget.used -= std::min<std::uint64_t>(budget.used, p.data.size() + kSegmentCost);
    }
    held_.reset();
}

/// Files the parts of a segment that are not held yet between the pieces that are.
void Assembler::hold(std::uint64_t offset, bytes::Bytes data, std::uint32_t wire_length, Evidence at,
                     ReassemblyBudget& budget, Receiver& receiver) {
    if (!held_) held_ = std::make_unique<Pieces>();
    const std::uint64_t end = offset + wire_length;
    std::uint64_t cursor = offset;
    bool differs = false;
    std::size_t i =
        static_cast<std::size_t>(std::lower_bound(held_->begin(), held_->end(), offset,
                                                  [](const Piece& p, std::uint64_t o) { return p.end() <= o; }) -
                                 held_->begin());
    while (cursor < end) {
        if (i == held_->size() || (*held_)[i].offset >= end) {
            hold_piece(held_->begin() + static_cast<std::ptrdiff_t>(i), cursor, tail(data, cursor - offset),
                       static_cast<std::uint32_t>(end - cursor), at, budget);
            break;
        }
        if ((*held_)[i].offset > cursor) {
            const std::uint64_t room = (*held_)[i].offset - cursor;
            hold_piece(held_->begin() + static_cast<std::ptrdiff_t>(i), cursor, head(tail(data, cursor - offset), room),
                       static_cast<std::uint32_t>(room), at, budget);
            cursor += room;
            ++i;
        }
        const Piece& old = (*held_)[i];
        const std::uint64_t shared = std::min(end, old.end()) - cursor;
        const bytes::Bytes mine = head(tail(data, cursor - offset), shared);
        const bytes::Bytes kept = head(tail(old.data, cursor - old.offset), shared);
        const std::size_t both = std::min(mine.size(), kept.size());
        if (!std::equal(mine.begin(), mine.begin() + static_cast<std::ptrdiff_t>(both), kept.begin())) differs = true;
        fate_.duplicate += shared;
        cursor += shared;
        ++i;
    }
    if (differs) receiver.conflict(at);
}

void Assembler::hold_piece(Pieces::iterator where, std::uint64_t offset, bytes::Bytes data, std::uint32_t wire_length,
                           Evidence at, ReassemblyBudget& budget) {
    held_->insert(where, Piece{offset, wire_length, {data.begin(), data.end()}, at});
    budget.used += data.size() + kSegmentCost;
}

void Assembler::hand_on(std::uint64_t offset, bytes::Bytes data, std::uint32_t wire_length, Evidence carried,
                        Evidence released, Receiver& receiver) {
    data = head(data, wire_length);
    next_ = offset + wire_length;
    fate_.delivered += data.size();
    if (reading()) delivered_.add(offset, data);
    if (!data.empty()) receiver.deliver({.data = data, .offset = offset, .carried = carried, .released = released});
    const std::uint64_t cut = wire_length - data.size();
    if (cut == 0) return;
    fate_.uncaptured += cut;
    receiver.gap({.offset = offset + data.size(), .length = cut, .why = Gap::Why::snaplen, .at = carried});
}

/// The receiver may call stop() while it is handed a piece, so the pieces that are ready leave the store first.
void Assembler::release_contiguous(Evidence released, ReassemblyBudget& budget, Receiver& receiver) {
    if (!held_) return;
    std::uint64_t reach = next_;
    std::ptrdiff_t n = 0;
    for (const Piece& p : *held_) {
        if (p.offset != reach) break;
        reach = p.end();
        ++n;
    }
    if (n == 0) return;
    Pieces ready{std::make_move_iterator(held_->begin()), std::make_move_iterator(held_->begin() + n)};
    held_->erase(held_->begin(), held_->begin() + n);
    if (held_->empty()) held_.reset();
    for (const Piece& p : ready) {
        budget.used -= std::min<std::uint64_t>(budget.used, p.data.size() + kSegmentCost);
        if (released.frame < p.carried.frame) released = p.carried;  // it waited for nothing but resume()
        if (!stopped_) {
            hand_on(p.offset, p.data, p.wire_length, p.carried, released, receiver);
            continue;
        }
        fate_.skipped += p.wire_length;
        next_ = std::max(next_, p.end());
    }
}

/// Over a limit, the oldest hole is given up: the stream always moves on.
void Assembler::relieve(Evidence at, ReassemblyBudget& budget, Receiver& receiver) {
    while (has_hole()) {
        if (held_->size() <= kMaxSegments && held_bytes() <= kMaxBytes && budget.used <= budget.limit) return;
        if (paused_) resume(budget, receiver);
        else give_up_to(held_->front().offset, Gap::Why::budget, at, budget, receiver);
        if (stopped_) return;
    }
}

std::size_t Assembler::held_bytes() const {
    std::size_t sum = 0;
    for (const Piece& p : *held_) sum += p.data.size();
    return sum;
}

}  // namespace tlsscope::flow
