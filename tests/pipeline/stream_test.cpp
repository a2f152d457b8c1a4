// Whose protocol is it: what a stream keeps until that is clear, and what all of them may keep.
#include "pipeline/stream.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "capture/open_source.h"
#include "dissectors/packet/decoder.h"
#include "dissectors/registry.h"
#include "pipeline/worker.h"
#include "support/facts.h"
#include "support/mutations.h"
#include "support/samples.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;

std::vector<record::ConnectionRecord> play(const std::string& sample, std::uint64_t unclaimed_limit) {
    MemorySource source{read_frames(sample_path(sample))};
    std::vector<record::ConnectionRecord> records;
    WorkerOptions options;
    options.dissectors = dissectors::all();
    options.unclaimed.limit = unclaimed_limit;
    Worker worker{options, [&](record::ConnectionRecord&& r) { records.push_back(std::move(r)); }};
    packet::Decoder decoder{{}};
    capture::Frame frame;
    flow::Segment segment;
    while (source.next(frame))
        if (decoder.decode(frame, segment).kind == packet::Outcome::Kind::tcp) worker.segments({&segment, 1});
    worker.finish();
    return records;
}

TEST(Stream, WithoutRoomForUnclaimedBytesAHelloInPiecesIsNotRead) {
    EXPECT_EQ(cell(play("one-byte-segments.pcap.gz", 1 << 20).at(0), "service"), "tls");
    const auto records = play("one-byte-segments.pcap.gz", 100);
    EXPECT_EQ(cell(records.at(0), "sni"), "");
    EXPECT_EQ(cell(records.at(0), "tls_outcome"), "no_handshake") << "its data is told all the same";
    EXPECT_FALSE(has_anomaly(records.at(0), "data_before_finish")) << "nobody's fault";
    EXPECT_EQ(cell(records.at(0), "end"), cell(play("one-byte-segments.pcap.gz", 1 << 20).at(0), "end"));
}

// Or streams that wait would keep all others from being known.
TEST(Stream, AHelloInOnePieceNeedsNoRoom) {
    const auto records = play("tls12-openssl-rsa.pcapng", 0);
    EXPECT_EQ(cell(records.at(0), "service"), "tls");
    EXPECT_EQ(cell(records.at(0), "tls_outcome"), "complete");
}

/// The client's frames of a sample with these bytes sent before its ClientHello, a segment each.
std::string hello_after(const std::vector<Buffer>& segments) {
    Trace trace = *take_apart(read_frames(sample_path("tls12-openssl-rsa.pcapng")));
    const auto hello =
        std::find_if(trace.begin(), trace.end(), [](const TracePacket& p) { return !p.payload.empty(); });
    const TracePacket first = *hello;
    std::uint32_t more = 0;
    Trace before;
    for (const Buffer& bytes : segments) {
        TracePacket p = first;
        p.payload = bytes;
        p.seq += more;
        more += static_cast<std::uint32_t>(bytes.size());
        before.push_back(p);
    }
    for (TracePacket& p : trace) {
        const bool client = p.tcp && p.source() == first.source();
        if (client && !p.has(kTcpSyn) && !(p.seq == first.seq && p.payload.empty())) p.seq += more;
        if (p.tcp && !client && !p.has(kTcpSyn)) p.ack += more;
    }
    trace.insert(trace.begin() + (hello - trace.begin()), before.begin(), before.end());
    const Analyzed run = analyze_frames(put_together(trace));
    return cell(run.records.at(0), "sni") + " " + cell(run.records.at(0), "tls_outcome");
}

/// PostgreSQL's SSLRequest ends in 16 2f: cut before that, it looks like the beginning of a record.
TEST(Stream, BytesThatTurnOutToBeNobodysDoNotTakeTheHelloWithThem) {
    const Buffer request = from_hex("00000008 04d2162f");
    EXPECT_EQ(hello_after({request}), "www.example.com complete");
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
        const auto at = request.begin() + static_cast<std::ptrdiff_t>(cut);
        EXPECT_EQ(hello_after({{request.begin(), at}, {at, request.end()}}), "www.example.com complete") << cut;
    }
    EXPECT_EQ(hello_after({from_hex("00000008 04d2"), from_hex("16"), from_hex("2f")}), "www.example.com complete");
    EXPECT_EQ(hello_after({from_hex("16")}), "www.example.com complete");
    EXPECT_EQ(hello_after({from_hex("80")}), "www.example.com complete");
}

}  // namespace
}  // namespace tlsscope::pipeline
