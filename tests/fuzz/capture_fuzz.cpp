// Any bytes as a capture file. Oracles: block and read sizes must not change what is read; of a plain pcapng file it is
// what a plain reader of it reads.
#include <cstdlib>

#include "capture/file_reader.h"
#include "capture_memory.h"
#include "capture_model.h"
#include "mutators/pcapng.h"

namespace {

using namespace tlsscope;

struct Summary {
    std::uint64_t frames = 0;
    std::uint64_t hash = 0;
    std::vector<std::string> problems;

    void add(std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3U; }
    friend bool operator==(const Summary&, const Summary&) = default;
};

void require(bool good) {
    if (!good) std::abort();
}

Summary read(bytes::Bytes file, std::size_t block_size, std::size_t piece) {
    Summary out;
    std::vector<capture::Problem> problems;
    capture::ProblemLog log{"fuzz", problems};
    capture::Extras extras;
    auto buffer = std::make_unique<capture::BlockBuffer>(std::make_unique<fuzz::MemoryBytes>(file, piece), block_size);
    const auto reader = capture::open_stream(std::move(buffer), {log, extras});
    capture::Frame frame;
    for (capture::Step step = capture::Step::other; reader && step != capture::Step::end;) {
        step = reader->step(frame);
        if (step != capture::Step::frame) continue;
        require(frame.data.size() <= capture::kMaxPacket && frame.data.size() <= frame.wire_length);
        ++out.frames;
        out.add(static_cast<std::uint64_t>(frame.time));
        out.add(frame.link_type);
        for (const std::uint8_t b : frame.data) out.add(b);
    }
    log.close();
    for (const capture::Problem& p : problems) out.problems.push_back(p.text());
    require(out.frames != 0 || reader || !out.problems.empty());
    return out;
}

/// What was read of it, as often as the model says.
void check_plain(bytes::Bytes file) {
    const auto expected = fuzz::plain_pcapng(file);
    if (!expected) return;
    std::vector<capture::Problem> problems;
    capture::ProblemLog log{"fuzz", problems};
    capture::Extras extras;
    auto buffer = std::make_unique<capture::BlockBuffer>(std::make_unique<fuzz::MemoryBytes>(file, file.size()),
                                                         capture::BlockBuffer::kBlockSize);
    const auto reader = capture::open_stream(std::move(buffer), {log, extras});
    require(reader != nullptr);
    auto next = expected->begin();
    capture::Frame frame;
    for (capture::Step step; (step = reader->step(frame)) != capture::Step::end;) {
        if (step != capture::Step::frame) continue;
        require(next != expected->end() && *next == fuzz::ModelFrame{frame.time, frame.link_type, frame.data});
        ++next;
    }
    require(next == expected->end());
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
    return fuzz::mutate_pcapng(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes::Bytes file{data, size};
    require(read(file, capture::BlockBuffer::kBlockSize, size + 1) == read(file, 64, 7));
    check_plain(file);
    return 0;
}
