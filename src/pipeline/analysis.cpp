#include "pipeline/analysis.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <unordered_set>
#include <utility>

#include "dissectors/registry.h"
#include "flow/tcp_vocabulary.h"
#include "pipeline/accounting.h"
#include "pipeline/intake.h"
#include "pipeline/merge.h"
#include "pipeline/sequencer.h"
#include "pipeline/shards.h"
#include "pipeline/worker.h"
#include "verdict/failure.h"
#include "verdict/slow.h"

namespace tlsscope::pipeline {

namespace {

using Emit = std::function<void(record::ConnectionRecord&&)>;

void report_waiting(const Sequencer& in_order, AnalysisResult& result) {
    result.lost = in_order.lost();
    result.waiting_error = in_order.error();
}

void analyze_alone(Intake& intake, const AnalysisOptions& options, const Emit& emit, AnalysisResult& result) {
    std::uint64_t reported = 0;
    Sequencer in_order{[&](record::ConnectionRecord&& r) {
        ++reported;
        emit(std::move(r));
    }};
    WorkerOptions how = worker_options(options, random_seed());
    how.skipped = [&](std::uint64_t stream) { in_order.skip(stream); };
    Worker worker{std::move(how), [&](record::ConnectionRecord&& r) { in_order.add(std::move(r)); }};
    intake.run([&](std::span<const flow::Segment> segments, bool) { worker.segments(segments); });
    worker.finish();
    intake.report(result);
    report_waiting(in_order, result);
    result.connections = reported;
    result.flood = worker.flood().text();
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

/// Deals segments out to the shards, and takes from them what they have done meanwhile.
class Dealer {
  public:
    Dealer(std::vector<std::unique_ptr<Shard>>& shards, capture::Source& source, std::uint64_t seed, Merge& merge)
        : shards_{shards}, source_{source}, seed_{seed}, merge_{merge}, batches_(shards.size()) {}

    void deal(std::span<const flow::Segment> segments, bool borrowed) {
        for (std::size_t i = 0; i < segments.size(); ++i) deal(segments[i], borrowed && i + 1 == segments.size());
    }
    void finish() {
        flush_all();
        for (auto& s : shards_) s->close_input();
        std::vector<bool> complete(shards_.size(), false);
        // In turns, so that none runs ahead with rows that have to wait for another's.
        while (std::find(complete.begin(), complete.end(), false) != complete.end()) {
            for (std::size_t i = 0; i < shards_.size(); ++i) {
                if (complete[i]) continue;
                Progress rest = shards_[i]->rest();
                complete[i] = rest.complete;
                merge_.take(i, std::move(rest));
            }
        }
    }

  private:
    // A shard that gets few segments says seldom how far it is, and the rows of the others wait for that.
    static constexpr std::uint64_t kRound = 16 * Batch::kSize;

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
        dealt_through_ = segment.at.frame;
        if (batch.segments.size() >= Batch::kSize) flush(i);
        if (++dealt_ % kRound == 0) flush_all();
    }
    void flush_all() {
        for (std::size_t i = 0; i < batches_.size(); ++i) flush(i);
    }
    void flush(std::size_t i) {
        batches_[i].through = dealt_through_;
        std::optional<Batch> batch = std::exchange(batches_[i], {});
        while (batch) merge_.take(i, shards_[i]->exchange(batch));
    }

    std::vector<std::unique_ptr<Shard>>& shards_;
    capture::Source& source_;
    std::uint64_t seed_;
    Merge& merge_;
    std::vector<Batch> batches_;
    std::uint64_t dealt_ = 0;
    std::uint64_t dealt_through_ = 0;
};

void add(flow::FlowTotals& sum, const flow::FlowTotals& part) {
    sum.segments += part.segments;
    sum.created += part.created;
    sum.evicted += part.evicted;
    sum.overrun += part.overrun;
    sum.long_after_close += part.long_after_close;
    for (std::size_t i = 0; i < sum.bytes.size(); ++i) {
        sum.bytes[i].payload += part.bytes[i].payload;
        sum.bytes[i].delivered += part.bytes[i].delivered;
        sum.bytes[i].duplicate += part.bytes[i].duplicate;
        sum.bytes[i].skipped += part.bytes[i].skipped;
        sum.bytes[i].uncaptured += part.bytes[i].uncaptured;
        sum.bytes[i].dropped += part.bytes[i].dropped;
        sum.bytes[i].discredited += part.bytes[i].discredited;
        sum.bytes[i].duplicate_capture += part.bytes[i].duplicate_capture;
        sum.bytes[i].long_after_close += part.bytes[i].long_after_close;
    }
}

void analyze_sharded(Intake& intake, capture::Source& source, const AnalysisOptions& options, const Emit& emit,
                     AnalysisResult& result) {
    const std::uint64_t seed = random_seed();
    std::vector<std::unique_ptr<Shard>> shards;
    for (unsigned i = 0; i < options.threads; ++i)
        shards.push_back(std::make_unique<Shard>(worker_options(options, random_seed())));
    std::uint64_t reported = 0;
    Merge merge{shards.size(), [&](record::ConnectionRecord&& r) {
                    ++reported;
                    emit(std::move(r));
                }};
    Dealer dealer{shards, source, seed, merge};
    intake.run([&](std::span<const flow::Segment> segments, bool borrowed) { dealer.deal(segments, borrowed); });
    dealer.finish();
    intake.report(result);
    report_waiting(merge.in_order(), result);
    result.connections = reported;
    flow::FlowTotals totals;
    FloodCount flood;
    for (const auto& s : shards) {
        add(totals, s->totals());
        flood.merge(s->flood());
    }
    result.flood = flood.text();
    add_flow_accounts(totals, reported, result.accounting);
}

}  // namespace

record::Schema make_schema() {
    std::vector<record::Vocabulary> words = {flow::tcp_vocabulary(), verdict::setup_vocabulary(),
                                             verdict::failure_vocabulary()};
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
