// What a stream protocol must offer. A new protocol is a new folder dissectors/<name>/ with a dissector.cpp that
// defines `extern const dissect::Dissector`; nothing else is edited (dissectors/README.md).
#pragma once

#include <memory>
#include <string_view>

#include "bytes/bytes.h"
#include "flow/chunk.h"
#include "record/connection.h"
#include "record/schema.h"

namespace tlsscope::verdict {
struct CertificatePolicy;
}

namespace tlsscope::dissect {

using flow::Chunk;
using flow::Gap;
using record::Evidence;
using record::Side;

/// What a dissector says after each call.
enum class Verdict : std::uint8_t {
    more,      ///< go on
    skim,      ///< go on, but from here on only the places and sizes of records count: contents need no verifying
    done,      ///< nothing further is wanted: stop delivering, stop buffering; TCP timing continues
    not_mine,  ///< the bytes contradict the probe: forget this dissector's facts
};

/// What a probe says of the bytes at the start of a chunk.
enum class Probe : std::uint8_t {
    no,         ///< these bytes are not mine
    yes,        ///< mine, from the offset it gives
    need_more,  ///< could be: ask again with more bytes from the same place
};

struct ProbeResult {
    Probe answer = Probe::no;
    std::size_t offset = 0;  ///< where in the probed bytes the protocol begins (a PROXY or CONNECT preface goes before)
};

/// What the user asked for that reaches into dissection; the same for all workers. What is pointed to outlives them.
struct Settings {
    const verdict::CertificatePolicy* certificates = nullptr;  ///< null: what needs no settings is checked
};

/// What the streams of one protocol share within one worker: caches. Made by Dissector::make_shared.
class Shared {
  public:
    virtual ~Shared() = default;
};

/// What the transport knows that a dissector may want; fixed for the life of the stream.
struct StreamContext {
    bool midstream = false;    ///< no SYN was seen: the stream may begin in the middle of anything
    bool want_ladder = false;  ///< also build record::Message values with all fields
    Shared* shared = nullptr;  ///< this worker's, or null: then every stream does its own work
};

/// Where a dissector puts what it finds while the stream runs. Owned by the caller, outlives the dissector.
class Sink {
  public:
    virtual ~Sink() = default;
    virtual void mark(const record::Mark& m, Evidence at, bool inferred = false) = 0;
    virtual void move_mark(const record::Mark& m, Evidence at, bool inferred = false) = 0;
    virtual void anomaly(const record::Anomaly& a, Evidence at) = 0;
    /// Only when StreamContext::want_ladder.
    virtual void message(record::Message&& m) = 0;
};

/// One connection's stream of one protocol. Not thread-safe; one per connection.
class StreamDissector {
  public:
    virtual ~StreamDissector() = default;

    /// In-order bytes of one direction; the view is gone when the call returns.
    virtual Verdict data(const Chunk& chunk, Sink& sink) = 0;
    /// Bytes that will never come. Mutes at most this direction until the dissector finds its feet again.
    virtual Verdict gap(const Gap& gap, Sink& sink) = 0;
    /// This side will send nothing more (its FIN was reached, or the connection was reset or timed out).
    virtual void end(Side side, Evidence at, Sink& sink) = 0;
    /// Nothing more of this connection will be captured, whether or not its sides said that they are done. Once, after
    /// everything else and before the last describe().
    virtual void finish(Sink& sink) = 0;

    /// Writes what is known so far into the record: columns with the spans and frames of the record's timeline,
    /// outcome, diagnosis. The marks of this stream are in the timeline already. Called at the end of the connection,
    /// and by live reports when the handshake is complete. Must not change what it reports.
    virtual void describe(record::ConnectionRecord& record) const = 0;
};

/// A protocol. Static and immutable.
struct Dissector {
    std::string_view name;
    record::Vocabulary vocabulary;
    /// Looks at bytes at the start of a chunk, by content and not by port. `at_start`: these are the first bytes of
    /// this direction (else it is a later segment of a stream nobody has claimed yet: STARTTLS, CONNECT, PROXY).
    ProbeResult (*probe)(bytes::Bytes data, Side from, bool at_start);
    std::unique_ptr<StreamDissector> (*make)(const StreamContext& context);
    /// Null when there is nothing to share. Outlives the streams it is handed to.
    std::unique_ptr<Shared> (*make_shared)(const Settings& settings) = nullptr;
    std::uint64_t shared_memory = 0;  ///< bytes, at most: what is shared, and what streams hold on its account
};

}  // namespace tlsscope::dissect
