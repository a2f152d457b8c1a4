// The dissection of one connection's two streams: finds out by content whose protocol it is, then feeds that dissector.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "bytes/prefetch.h"
#include "dissect/dissector.h"
#include "flow/connection.h"

namespace tlsscope::pipeline {

/// A dissector with what its streams of this worker share (null: nothing).
struct Protocol {
    const dissect::Dissector* dissector;
    std::unique_ptr<dissect::Shared> shared;
};

/// Bytes nobody has claimed yet, of all streams of a worker.
struct UnclaimedBudget {
    std::uint64_t limit = 16ULL << 20;
    std::uint64_t used = 0;
};

/// Hangs on a flow::Connection. Keeps what the dissector reports apart until it is sure of its protocol.
class Stream final : public flow::Attachment, private dissect::Sink {
  public:
    /// `protocols` and `budget` outlive the stream.
    Stream(flow::Connection& connection, std::span<const Protocol> protocols, UnclaimedBudget& budget)
        : connection_{connection}, protocols_{protocols}, budget_{budget} {}
    ~Stream() override { forget_unclaimed(); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    void prefetch() const override {
        if (dissector_) bytes::prefetch(dissector_.get(), kDissectorSize);
    }
    void data(const flow::Chunk& chunk);
    void gap(const flow::Gap& gap);
    void ended(record::Side side, record::Evidence at);
    void finish();

    /// Null while nobody has claimed the stream.
    const dissect::Dissector* claimed_by() const { return claimed_; }
    /// Nobody has claimed it, and one side began with plain text: HTTP, SMTP and the like.
    bool spoke_text() const { return claimed_ == nullptr && (unclaimed_[0].text || unclaimed_[1].text); }
    /// Somebody was told of the connection before its end.
    bool told() const { return told_; }
    void set_told() { told_ = true; }
    /// The dissector's client is the side the transport takes for the server.
    bool flipped() const { return flipped_; }
    /// Writes the dissector's part into the record.
    void describe(record::ConnectionRecord& record) const;

  private:
    static constexpr std::size_t kDissectorSize = 640;  // of it, what is worth fetching ahead

    struct Piece {
        std::size_t length = 0;
        std::uint64_t offset = 0;
        record::Evidence carried;
        record::Evidence released;
    };
    /// Bytes of one side nobody has claimed yet.
    struct Unclaimed {
        std::vector<std::uint8_t> bytes;
        std::vector<Piece> pieces;
        std::uint64_t charged = 0;
        std::uint32_t tries = 0;
        std::uint64_t seen = 0;
        bool begun = false;
        bool text = false;  ///< it began with printable characters
        bool given_up = false;
    };

    void probe(const flow::Chunk& chunk);
    bool judge(const flow::Chunk& chunk, bool kept);
    void claim(const Protocol& protocol, record::Side from, std::size_t offset);
    void keep(Unclaimed& u, const flow::Chunk& chunk);
    bool charge(Unclaimed& u);
    bool drop_first(Unclaimed& u);
    void forget(Unclaimed& u);
    void forget_unclaimed();
    void give_up();
    void take(dissect::Verdict verdict);
    record::Side mapped(record::Side s) const { return flipped_ ? record::other(s) : s; }

    void mark(const record::Mark& m, record::Evidence at, bool inferred) override;
    void move_mark(const record::Mark& m, record::Evidence at, bool inferred) override;
    void anomaly(const record::Anomaly& a, record::Evidence at) override;
    void message(record::Message&& m) override;

    flow::Connection& connection_;
    std::span<const Protocol> protocols_;
    UnclaimedBudget& budget_;
    std::array<Unclaimed, 2> unclaimed_;
    const dissect::Dissector* claimed_ = nullptr;
    std::unique_ptr<dissect::StreamDissector> dissector_;
    bool flipped_ = false;
    bool over_ = false;
    bool told_ = false;
    record::Timeline timeline_;
    record::Anomalies anomalies_;
};

}  // namespace tlsscope::pipeline
