#include "pipeline/analysis.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <random>
#include <span>
#include <unordered_set>
#include <utility>

#include "dissectors/packet/decoder.h"
#include "dissectors/registry.h"
#include "flow/tcp_vocabulary.h"
#include "pipeline/accounting.h"
#include "pipeline/sequencer.h"
#include "pipeline/shards.h"
#include "pipeline/worker.h"

namespace tlsscope::pipeline {

namespace {

using Emit = std::function<void(record::ConnectionRecord&&)>;

constexpr std::uint64_t kProgressEvery = 4096;

/// What one open connection may take at most: its state, its dissection, its share of held bytes.
constexpr std::uint64_t kBytesPerConnection = 6 * 1024;

WorkerOptions worker_options(const AnalysisOptions& options, std::uint64_t seed) {
    const std::uint64_t bytes = (options.memory_mib << 20) / options.threads;
    WorkerOptions w;
    w.table.seed = seed;
    w.table.reassembly_limit = std::min<std::uint64_t>(192ULL << 20, bytes / 4);
    w.table.max_connections = static_cast<std::size_t>(std::max<std::uint64_t>(1024, bytes / 2 / kBytesPerConnection));
    w.dissectors = dissectors::all();
    w.ladders = options.ladders;
    w.first_ladders = (options.first_ladders + options.threads - 1) / options.threads;
    return w;
}

std::uint64_t random_seed() {
    std::random_device dice;
    return static_cast<std::uint64_t>(dice()) << 32 | dice();
}

/// Whether the segment's bytes are the frame's. Those put together from fragments live in the decoder, which reuses its
/// room.
bool lives_in(const capture::Frame& frame, const flow::Segment& s) {
    const std::uint8_t* begin = s.tcp.empty() ? s.payload.data() : s.tcp.data();
    return begin == nullptr || (begin >= frame.data.data() && begin < frame.data.data() + frame.data.size());
}

/// Reads and decodes, some frames at a time; hands TCP segments to `deal(segments, borrowed)`. `borrowed`: the bytes of
/// the last one are good during the call only; those of the others until the next batch is read.
class Intake {
  public:
    Intake(capture::Source& source, const AnalysisOptions& options)
        : source_{source}, options_{options}, decoder_{packet::DecoderOptions{.ignore_vlan = options.ignore_vlan}} {}

    template <class Deal>
    void run(Deal&& deal) {
        std::array<capture::Frame, kFrames> frames;
        std::size_t n = 0;
        while (!stopped_ && (n = source_.next_batch(frames)) != 0) {
            std::size_t ready = 0;
            for (std::size_t i = 0; i < n && !stopped_; ++i) {
                if (!take(frames[i], segments_[ready])) continue;
                const bool borrowed = !lives_in(frames[i], segments_[ready]);
                ++ready;
                if (borrowed) deal(std::span<const flow::Segment>{segments_.data(), std::exchange(ready, 0)}, true);
            }
            if (ready != 0) deal(std::span<const flow::Segment>{segments_.data(), ready}, false);
        }
    }

    void report(AnalysisResult& result) const {
        result.frames = counts_.frames();
        result.first_time = first_;
        result.last_time = last_;
        result.accounting.push_back(counts_.account());
        result.unknown_links.assign(unknown_links_.begin(), unknown_links_.end());
    }

  private:
    static constexpr std::size_t kFrames = 32;

    /// Whether the frame holds a TCP segment.
    bool take(const capture::Frame& frame, flow::Segment& segment) {
        note_time(frame.time);
        const packet::Outcome outcome = decoder_.decode(frame, segment);
        counts_.count(outcome);
        if (outcome.kind == packet::Outcome::Kind::undecodable &&
            outcome.undecodable == packet::Undecodable::unknown_link_type)
            ++unknown_links_[frame.link_type];
        stopped_ = counts_.frames() == options_.max_frames || (counts_.frames() % kProgressEvery == 0 && interrupted());
        return outcome.kind == packet::Outcome::Kind::tcp;
    }
    void note_time(record::Nanos t) {
        if (t == record::kNoTime) return;
        if (first_ == record::kNoTime || t < first_) first_ = t;
        if (last_ == record::kNoTime || t > last_) last_ = t;
    }
    bool interrupted() {
        if (options_.progress) options_.progress(counts_.frames());
        return options_.stop && options_.stop();
    }

    capture::Source& source_;
    const AnalysisOptions& options_;
    packet::Decoder decoder_;
    std::array<flow::Segment, kFrames> segments_;
    FrameCounts counts_;
    bool stopped_ = false;
    std::map<std::uint16_t, std::uint64_t> unknown_links_;
    record::Nanos first_ = record::kNoTime;
    record::Nanos last_ = record::kNoTime;
};

void analyze_alone(Intake& intake, const AnalysisOptions& options, const Emit& emit, AnalysisResult& result) {
    std::uint64_t reported = 0;
    Sequencer in_order{[&](record::ConnectionRecord&& r) {
        ++reported;
        emit(std::move(r));
    }};
    Worker worker{worker_options(options, random_seed()),
                  [&](record::ConnectionRecord&& r) { in_order.add(std::move(r)); }};
    intake.run([&](std::span<const flow::Segment> segments, bool) { worker.segments(segments); });
    worker.finish();
    intake.report(result);
    result.connections = reported;
    add_flow_accounts(worker.totals(), reported, result.accounting);
}

/// Gives the segment bytes of its own.
std::shared_ptr<const void> own_bytes(flow::Segment& s) {
    auto copy = std::make_shared<std::vector<std::uint8_t>>(s.tcp.begin(), s.tcp.end());
    const bytes::Bytes all{*copy};
    const std::size_t header = all.size() - s.payload.size();
    s.tcp = all;
    s.payload = all.subspan(header);
    s.option_bytes = {};
    return copy;
}

class Dealer {
  public:
    Dealer(std::vector<std::unique_ptr<Shard>>& shards, capture::Source& source, std::uint64_t seed)
        : shards_{shards}, source_{source}, seed_{seed}, batches_(shards.size()) {}

    void deal(std::span<const flow::Segment> segments, bool borrowed) {
        for (std::size_t i = 0; i < segments.size(); ++i) deal(segments[i], borrowed && i + 1 == segments.size());
    }
    void flush_all() {
        for (std::size_t i = 0; i < batches_.size(); ++i) flush(i);
    }

  private:
    void deal(const flow::Segment& segment, bool borrowed) {
        // Without the wrapping: the two directions of a connection may be wrapped differently.
        flow::FlowKey bare = segment.key;
        bare.domain = {};
        const std::size_t i = flow::hash(bare, seed_) % shards_.size();
        Batch& batch = batches_[i];
        batch.segments.push_back(segment);
        if (borrowed) batch.owners.push_back(own_bytes(batch.segments.back()));
        std::shared_ptr<const void> block = source_.hold();
        if (batch.owners.empty() || batch.owners.back() != block) batch.owners.push_back(std::move(block));
        if (batch.segments.size() >= Batch::kSize) flush(i);
    }
    void flush(std::size_t i) { shards_[i]->push(std::exchange(batches_[i], {})); }

    std::vector<std::unique_ptr<Shard>>& shards_;
    capture::Source& source_;
    std::uint64_t seed_;
    std::vector<Batch> batches_;
};

/// The shards' records, each list in order of first packet, as one list in that order.
void merge(std::vector<std::unique_ptr<Shard>>& shards, const Emit& emit, std::uint64_t& reported) {
    std::vector<std::size_t> at(shards.size(), 0);
    while (true) {
        record::ConnectionRecord* first = nullptr;
        std::size_t from = 0;
        for (std::size_t i = 0; i < shards.size(); ++i) {
            auto& records = shards[i]->records();
            if (at[i] == records.size() || (first != nullptr && records[at[i]].first_frame > first->first_frame))
                continue;
            first = &records[at[i]];
            from = i;
        }
        if (first == nullptr) return;
        ++at[from];
        first->stream = reported++;
        first->row.set_integer(flow::tcp_column("stream"), static_cast<std::int64_t>(first->stream));
        emit(std::move(*first));
    }
}

void add(flow::FlowTotals& sum, const flow::FlowTotals& part) {
    sum.segments += part.segments;
    sum.created += part.created;
    sum.evicted += part.evicted;
    for (std::size_t i = 0; i < sum.bytes.size(); ++i) {
        sum.bytes[i].payload += part.bytes[i].payload;
        sum.bytes[i].delivered += part.bytes[i].delivered;
        sum.bytes[i].duplicate += part.bytes[i].duplicate;
        sum.bytes[i].skipped += part.bytes[i].skipped;
        sum.bytes[i].uncaptured += part.bytes[i].uncaptured;
        sum.bytes[i].dropped += part.bytes[i].dropped;
        sum.bytes[i].discredited += part.bytes[i].discredited;
        sum.bytes[i].duplicate_capture += part.bytes[i].duplicate_capture;
    }
}

void analyze_sharded(Intake& intake, capture::Source& source, const AnalysisOptions& options, const Emit& emit,
                     AnalysisResult& result) {
    const std::uint64_t seed = random_seed();
    std::vector<std::unique_ptr<Shard>> shards;
    for (unsigned i = 0; i < options.threads; ++i)
        shards.push_back(std::make_unique<Shard>(worker_options(options, random_seed())));
    Dealer dealer{shards, source, seed};
    intake.run([&](std::span<const flow::Segment> segments, bool borrowed) { dealer.deal(segments, borrowed); });
    dealer.flush_all();
    for (auto& s : shards) s->close();
    std::uint64_t reported = 0;
    merge(shards, emit, reported);
    intake.report(result);
    result.connections = reported;
    flow::FlowTotals totals;
    for (const auto& s : shards) add(totals, s->totals());
    add_flow_accounts(totals, reported, result.accounting);
}

}  // namespace

record::Schema make_schema() {
    std::vector<record::Vocabulary> words = {flow::tcp_vocabulary()};
    for (const dissect::Dissector* d : dissectors::all()) words.push_back(d->vocabulary);
    return record::Schema{words};
}

AnalysisResult analyze(capture::Source& source, const AnalysisOptions& options, const Emit& emit) {
    AnalysisResult result;
    Intake intake{source, options};
    if (options.threads <= 1 || !options.ladders.empty()) analyze_alone(intake, options, emit, result);
    else analyze_sharded(intake, source, options, emit, result);
    return result;
}

void read_ladders(capture::Source& source, const AnalysisOptions& options, const std::set<std::uint64_t>& first_frames,
                  const Emit& emit) {
    AnalysisOptions how = options;
    how.threads = 1;
    how.first_ladders = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t seed = random_seed();
    std::unordered_set<std::uint64_t> wanted;  // of flow keys; a collision costs a record nobody asked for
    Intake intake{source, how};
    Worker worker{worker_options(how, random_seed()), [&](record::ConnectionRecord&& r) {
                      if (first_frames.contains(r.first_frame)) emit(std::move(r));
                  }};
    intake.run([&](std::span<const flow::Segment> segments, bool) {
        for (const flow::Segment& s : segments) {
            const std::uint64_t key = flow::hash(s.key, seed);
            if (first_frames.contains(s.at.frame)) wanted.insert(key);
            if (wanted.contains(key)) worker.segments({&s, 1});
        }
    });
    worker.finish();
}

}  // namespace tlsscope::pipeline
