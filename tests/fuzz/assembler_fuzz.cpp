// Any schedule of segments against a plain map of bytes: what is delivered is contiguous and the first copy of each
// byte, every byte handed in is accounted for, and memory stays within its limits.
#include "flow/assembler.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <vector>

namespace {

using namespace tlsscope;
using flow::Assembler;

void require(bool condition) {
    if (!condition) std::abort();
}

/// The input as a sequence of small numbers; zeros at its end.
class Script {
  public:
    explicit Script(bytes::Bytes data) : left_{data} {}
    bool more() const { return !left_.empty(); }
    std::uint8_t next() {
        if (left_.empty()) return 0;
        const std::uint8_t b = left_.front();
        left_ = left_.subspan(1);
        return b;
    }
    std::uint64_t wide() { return std::uint64_t{next()} << 8 | next(); }

  private:
    bytes::Bytes left_;
};

/// Every byte that is held: nothing where the capture had cut it off.
using ByteMap = std::map<std::uint64_t, std::optional<std::uint8_t>>;

class Model final : public Assembler::Receiver {
  public:
    explicit Model(std::uint64_t limit) { budget_.limit = limit; }

    void insert(std::uint64_t offset, const std::vector<std::uint8_t>& data, std::uint32_t wire_length) {
        handed_in_ += wire_length;
        expect_conflict_ = false;
        conflict_ = may_conflict_ = false;
        if (!assembler_.stopped()) remember(offset, data, wire_length);
        const bool stopped_before = assembler_.stopped();
        assembler_.insert(offset, data, wire_length, at(), budget_, *this);
        require(conflict_ == expect_conflict_ || (conflict_ && may_conflict_) || stopped_before);
        check();
    }
    void give_up_to(std::uint64_t offset) {
        const std::uint64_t before = assembler_.next();
        assembler_.give_up_to(offset, flow::Gap::Why::acked, at(), budget_, *this);
        require(assembler_.next() >= std::max(before, offset));
        check();
    }
    void stop() {
        assembler_.stop(budget_);
        held_.clear();
        check();
    }
    void stop_at_next_delivery() { stop_when_delivered_ = true; }
    void finish() {
        assembler_.clear(budget_);
        held_.clear();
        check();
        require(budget_.used == 0);
    }
    std::uint64_t next() const { return assembler_.next(); }

  private:
    void remember(std::uint64_t offset, const std::vector<std::uint8_t>& data, std::uint32_t wire_length) {
        for (std::uint64_t i = 0; i < wire_length; ++i) {
            const auto mine = i < data.size() ? std::optional{data[i]} : std::nullopt;
            if (offset + i < assembler_.next()) {
                // Only whole pieces of the beginning are compared: a conflict with these may be named.
                const auto old = delivered_.find(offset + i);
                if (mine && old != delivered_.end() && old->second != *mine) may_conflict_ = true;
                continue;
            }
            const auto [it, fresh] = held_.try_emplace(offset + i, mine);
            if (!fresh && mine && it->second && *mine != *it->second) expect_conflict_ = true;
        }
    }
    void deliver(flow::Chunk chunk) override {
        require(!chunk.data.empty() && chunk.offset == expected_);
        require(chunk.carried.frame <= chunk.released.frame && chunk.released.frame <= frame_);
        for (const std::uint8_t b : chunk.data) {
            const auto it = held_.find(expected_++);
            require(it != held_.end() && it->second == b);
            delivered_[it->first] = b;
            held_.erase(it);
        }
        if (stop_when_delivered_) assembler_.stop(budget_);
    }
    void gap(flow::Gap gap) override {
        require(gap.length != 0 && gap.offset == expected_);
        for (std::uint64_t i = 0; i < gap.length; ++i) {
            const auto it = held_.find(expected_++);
            // Only bytes that never came are given up; cut off ones came without their content.
            require((it != held_.end() && !it->second) == (gap.why == flow::Gap::Why::snaplen));
            if (it != held_.end()) held_.erase(it);
        }
    }
    void conflict(record::Evidence) override { conflict_ = true; }

    void check() {
        if (assembler_.stopped()) held_.clear();
        expected_ = assembler_.stopped() ? assembler_.next() : expected_;
        require(expected_ == assembler_.next());
        require(held_.empty() || held_.begin()->first > assembler_.next());
        require(assembler_.has_hole() == !held_.empty());
        require(assembler_.held_end() == (held_.empty() ? assembler_.next() : held_.rbegin()->first + 1));
        const flow::PayloadFate& f = assembler_.fate();
        require(f.delivered + f.duplicate + f.skipped + f.uncaptured + f.dropped + held_.size() == handed_in_);
        require(budget_.used <= budget_.limit);
        require(budget_.used <= Assembler::kMaxBytes + Assembler::kMaxSegments * Assembler::kSegmentCost);
        require(assembler_.has_hole() || budget_.used == 0);
        ++frame_;
    }
    record::Evidence at() const { return {static_cast<record::Nanos>(frame_), frame_}; }

    Assembler assembler_;
    flow::ReassemblyBudget budget_;
    ByteMap held_;
    std::uint64_t handed_in_ = 0;
    std::uint64_t expected_ = 0;
    std::uint64_t frame_ = 1;
    bool expect_conflict_ = false;
    bool conflict_ = false;
    bool may_conflict_ = false;
    std::map<std::uint64_t, std::uint8_t> delivered_;
    bool stop_when_delivered_ = false;
};

std::vector<std::uint8_t> content(std::uint64_t offset, std::size_t length, std::uint8_t version) {
    std::vector<std::uint8_t> out(length);
    for (std::size_t i = 0; i < length; ++i) out[i] = static_cast<std::uint8_t>((offset + i) * 31 + version);
    return out;
}

/// Where a segment begins: near what is wanted next, or anywhere.
std::uint64_t place(Script& script, std::uint64_t next) {
    const std::uint8_t how = script.next();
    if (how < 192) return next - std::min<std::uint64_t>(next, 32) + how % 96;
    return script.wide();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script{bytes::Bytes{data, std::min<std::size_t>(size, 4096)}};
    const std::uint8_t head = script.next();
    Model model{head % 4 == 0 ? 600U + head * 16U : 192U << 20U};
    while (script.more()) {
        const std::uint8_t what = script.next();
        if (what < 2) {
            model.stop();
        } else if (what < 4) {
            model.stop_at_next_delivery();
        } else if (what < 24) {
            model.give_up_to(place(script, model.next()));
        } else {
            const std::uint64_t offset = place(script, model.next());
            const std::uint32_t length = what < 32 ? static_cast<std::uint32_t>(script.wide()) : script.next() % 64U;
            const std::uint32_t cut = what % 8 == 0 ? std::min<std::uint32_t>(length, script.next()) : 0;
            model.insert(offset, content(offset, length - cut, what % 5 == 0 ? what : std::uint8_t{0}), length);
        }
    }
    model.finish();
    return 0;
}
