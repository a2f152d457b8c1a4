// A second reading for the steps of a few connections gives what the first would have kept.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "capture/open_source.h"
#include "dissectors/packet/decoder.h"
#include "pipeline/analysis.h"
#include "support/facts.h"
#include "support/samples.h"
#include "support/scenario.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;

/// What a ladder says, for comparing.
std::string told(const record::ConnectionRecord& r) {
    std::string out;
    for (const record::Step& s : r.ladder->steps) {
        out += std::to_string(s.segment.at.frame) + ' ' + s.segment.client_state + ' ' + s.segment.server_state + ' ' +
               s.segment.sentence;
        for (const record::Message& m : s.messages) out += " | " + m.name + ' ' + std::to_string(m.fields.size());
        out += '\n';
    }
    return out;
}

std::unique_ptr<capture::Source> open_sample(const std::string& name) {
    capture::SourceOptions options;
    options.supported_link_type = packet::supports_link_type;
    return capture::open_source({sample_path(name)}, options);
}

TEST(Ladders, ASecondReadingGivesTheSameStepsAndNoOthers) {
    for (const char* name : {"nginx-parallel-connections.pcapng", "port-reuse.pcap", "tls12-resume-ticket.pcap",
                             "encap-vlan-vxlan-vlan.pcap", "ip-fragmented-client-hello.pcap"}) {
        SCOPED_TRACE(name);
        std::map<std::uint64_t, std::string> first;  // by first frame
        AnalysisOptions options;
        options.first_ladders = 100;
        (void)analyze(*open_sample(name), options, [&](record::ConnectionRecord&& r) {
            ASSERT_TRUE(r.ladder);
            first[r.first_frame] = told(r);
        });
        ASSERT_FALSE(first.empty());
        for (const auto& [frame, steps] : first) {
            std::map<std::uint64_t, std::string> again;
            read_ladders(*open_sample(name), {}, {frame},
                         [&](record::ConnectionRecord&& r) { again[r.first_frame] = told(r); });
            EXPECT_EQ(again, (std::map<std::uint64_t, std::string>{{frame, steps}}));
        }
    }
}

TEST(Ladders, OnlyTheFirstConnectionsKeepTheirs) {
    AnalysisOptions options;
    options.first_ladders = 2;
    (void)analyze(*open_sample("nginx-parallel-connections.pcapng"), options,
                  [](record::ConnectionRecord&& r) { EXPECT_EQ(r.ladder != nullptr, r.stream < 2) << r.stream; });
}

TEST(Ladders, AMessageGivenUpLateStandsWhereItsSegmentWas) {
    Scenario s;
    s.handshake();
    for (int i = 0; i < 60; ++i) s.client_ack();  // as many as are shown one by one
    // The acknowledgment tells that bytes are missing; the FIN is shown again, and then the hole is given up.
    s.client(hello("www.example.com")).split({50}).drop(1).server({.ack = -10}).client({.flags = kTcpFin | kTcpAck});
    AnalysisOptions options;
    options.ladders = {0};
    const Analyzed run = analyze_frames(s.frames(), options);
    const std::vector<record::Step>& steps = run.records.at(0).ladder->steps;
    EXPECT_TRUE(std::is_sorted(steps.begin(), steps.end(), [](const record::Step& a, const record::Step& b) {
        return a.segment.at.frame < b.segment.at.frame;
    }));
    EXPECT_TRUE(std::any_of(steps.begin(), steps.end(), [](const record::Step& x) { return !x.messages.empty(); }));
}

}  // namespace

}  // namespace tlsscope::pipeline
