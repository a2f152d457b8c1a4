// Any schedule of segments against a plain array of bytes: what is delivered is contiguous and the first copy of each
// byte, every byte handed in is accounted for, and memory stays within its limits.
#include "flow/assembler.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "script.h"

namespace {

using namespace tlsscope;
using flow::Assembler;
using fuzz::Script;

void require(bool condition) {
    if (!condition) std::abort();
}

/// What the model knows of every byte of the stream, by offset. An array and not a map: a handful of input bytes moves
/// 64 KiB, and with a tree node for each of these a minute's fuzzing was a thousand inputs.
class ByteArray {
  public:
    enum class State : std::uint8_t { unknown, held, cut_off, delivered, given_up };  // cut_off: held without content
    struct Byte {
        State state = State::unknown;
        std::uint8_t value = 0;
        bool held() const { return state == State::held || state == State::cut_off; }
    };

    Byte at(std::uint64_t offset) const { return offset < bytes_.size() ? bytes_[offset] : Byte{}; }
    std::uint64_t held() const { return held_; }
    /// Behind the last byte held; meaningless without any.
    std::uint64_t held_end() const { return held_end_; }

    /// Makes room up to there, for all that follow.
    void reach(std::uint64_t end) { bytes_.resize(std::max<std::size_t>(bytes_.size(), end)); }
    void hold(std::uint64_t offset, Byte byte) {
        bytes_[offset] = byte;
        held_end_ = held_ == 0 ? offset + 1 : std::max(held_end_, offset + 1);
        ++held_;
    }
    void settle(std::uint64_t offset, State state) {
        if (bytes_[offset].held()) --held_;
        bytes_[offset].state = state;
    }
    /// Whatever is held is of no more interest: the assembler has stopped or ended.
    void let_go() { held_ = 0; }

  private:
    std::vector<Byte> bytes_;
    std::uint64_t held_ = 0;
    std::uint64_t held_end_ = 0;
};

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
        check();
    }
    void stop_at_next_delivery() { stop_when_delivered_ = true; }
    void finish() {
        assembler_.clear(budget_);
        bytes_.let_go();
        check();
        require(budget_.used == 0);
    }
    std::uint64_t next() const { return assembler_.next(); }

  private:
    void remember(std::uint64_t offset, const std::vector<std::uint8_t>& data, std::uint32_t wire_length) {
        using State = ByteArray::State;
        bytes_.reach(offset + wire_length);
        for (std::uint64_t i = 0; i < wire_length; ++i) {
            const bool captured = i < data.size();
            const ByteArray::Byte old = bytes_.at(offset + i);
            const bool differs = captured && data[i] != old.value;
            // Only whole pieces of the beginning are compared: a conflict with these may be named.
            if (offset + i < assembler_.next()) may_conflict_ |= differs && old.state == State::delivered;
            else if (old.held()) expect_conflict_ |= differs && old.state == State::held;
            else
                bytes_.hold(offset + i,
                            {captured ? State::held : State::cut_off, captured ? data[i] : std::uint8_t{0}});
        }
    }
    void deliver(flow::Chunk chunk) override {
        require(!chunk.data.empty() && chunk.offset == expected_);
        require(chunk.carried.frame <= chunk.released.frame && chunk.released.frame <= frame_);
        for (const std::uint8_t b : chunk.data) {
            const ByteArray::Byte old = bytes_.at(expected_);
            require(old.state == ByteArray::State::held && old.value == b);
            bytes_.settle(expected_++, ByteArray::State::delivered);
        }
        if (stop_when_delivered_) assembler_.stop(budget_);
    }
    void gap(flow::Gap gap) override {
        require(gap.length != 0 && gap.offset == expected_);
        bytes_.reach(gap.offset + gap.length);
        for (std::uint64_t i = 0; i < gap.length; ++i) {
            const ByteArray::Byte old = bytes_.at(expected_);
            // Only bytes that never came are given up; cut off ones came without their content.
            require(old.state ==
                    (gap.why == flow::Gap::Why::snaplen ? ByteArray::State::cut_off : ByteArray::State::unknown));
            bytes_.settle(expected_++, ByteArray::State::given_up);
        }
    }
    void conflict(record::Evidence) override { conflict_ = true; }

    void check() {
        if (assembler_.stopped()) bytes_.let_go();
        expected_ = assembler_.stopped() ? assembler_.next() : expected_;
        require(expected_ == assembler_.next());
        const bool holds = bytes_.held() != 0;
        require(!holds || (bytes_.held_end() > expected_ && !bytes_.at(expected_).held()));
        require(assembler_.has_hole() == holds);
        require(assembler_.held_end() == (holds ? bytes_.held_end() : expected_));
        const flow::PayloadFate& f = assembler_.fate();
        require(f.delivered + f.duplicate + f.skipped + f.uncaptured + f.dropped + bytes_.held() == handed_in_);
        require(budget_.used <= budget_.limit);
        require(budget_.used <= Assembler::kMaxBytes + Assembler::kMaxSegments * Assembler::kSegmentCost);
        require(assembler_.has_hole() || budget_.used == 0);
        ++frame_;
    }
    record::Evidence at() const { return {static_cast<record::Nanos>(frame_), frame_}; }

    Assembler assembler_;
    flow::ReassemblyBudget budget_;
    ByteArray bytes_;
    std::uint64_t handed_in_ = 0;
    std::uint64_t expected_ = 0;
    std::uint64_t frame_ = 1;
    bool expect_conflict_ = false;
    bool conflict_ = false;
    bool may_conflict_ = false;
    bool stop_when_delivered_ = false;
};

std::vector<std::uint8_t> content(std::uint64_t offset, std::size_t length, std::uint8_t version) {
    std::vector<std::uint8_t> out(length);
    for (std::size_t i = 0; i < length; ++i) out[i] = static_cast<std::uint8_t>((offset + i) * 31 + version);
    return out;
}

/// Enough to go beyond every limit of an assembler, little enough for thousands of inputs per second.
constexpr std::uint64_t kMostHandedIn = Assembler::kMaxBytes * 5 / 4;
constexpr std::uint64_t kFurthest = 2 * Assembler::kMaxBytes;

/// Where a segment begins: near what is wanted next, in the first 64 KiB, or far ahead.
std::uint64_t place(Script& script, std::uint64_t next) {
    const std::uint8_t how = script.next();
    if (how < 192) return next - std::min<std::uint64_t>(next, 32) + how % 96;
    if (how < 240) return script.wide();
    return std::max(next, std::min(next + script.wide() * 8, kFurthest));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script{bytes::Bytes{data, std::min<std::size_t>(size, 4096)}};
    const std::uint8_t head = script.next();
    Model model{head % 4 == 0 ? 600U + head * 16U : 192U << 20U};
    std::uint64_t left = kMostHandedIn;
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
            const std::uint64_t wanted = what < 32 ? script.wide() : script.next() % 64U;
            const std::uint32_t length = static_cast<std::uint32_t>(std::min(wanted, left));
            left -= length;
            const std::uint32_t cut = what % 8 == 0 ? std::min<std::uint32_t>(length, script.next()) : 0;
            model.insert(offset, content(offset, length - cut, what % 5 == 0 ? what : std::uint8_t{0}), length);
        }
    }
    model.finish();
    return 0;
}
