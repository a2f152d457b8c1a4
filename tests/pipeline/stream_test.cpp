// Whose protocol is it: what a stream keeps until that is clear, and what all of them may keep.
#include "pipeline/stream.h"

#include <gtest/gtest.h>

#include "capture/open_source.h"
#include "dissectors/packet/decoder.h"
#include "dissectors/registry.h"
#include "pipeline/worker.h"
#include "support/facts.h"
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

}  // namespace
}  // namespace tlsscope::pipeline
