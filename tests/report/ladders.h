// Connections with a ladder, as flow and a dissector would have built them.
#pragma once

#include "synthetic.h"

namespace tlsscope::report::synthetic {

using record::Side;

inline constexpr std::uint32_t kX = 1000;  // the client's initial sequence number
inline constexpr std::uint32_t kY = 5000;

/// Builds ladders segment by segment; numbers are given relative to the ISNs.
class LadderBuilder {
  public:
    explicit LadderBuilder(ConnectionRecord& c) : c_{c} {
        c_.ladder = std::make_unique<record::Ladder>();
        c_.ladder->steps.reserve(64);  // references to steps stay valid
    }

    record::Step& add(Side from, std::uint16_t flags, std::int64_t seq, std::int64_t ack, std::uint32_t length,
                      std::string client_state, std::string server_state, std::string sentence) {
        record::Step& step = c_.ladder->steps.emplace_back();
        record::SegmentStep& s = step.segment;
        s.at = {c_.first_time + static_cast<Nanos>(frame_) * 5 * kMs, c_.first_frame + frame_};
        ++frame_;
        s.from = from;
        s.flags = flags;
        s.relative_seq = seq;
        s.seq = (from == Side::client ? kX : kY) + static_cast<std::uint32_t>(seq);
        if (ack >= 0) {
            s.relative_ack = ack;
            s.ack = (from == Side::client ? kY : kX) + static_cast<std::uint32_t>(ack);
        }
        s.length = length;
        s.window = 64240;
        s.client_state = std::move(client_state);
        s.server_state = std::move(server_state);
        s.sentence = std::move(sentence);
        return step;
    }

  private:
    ConnectionRecord& c_;
    std::uint64_t frame_ = 0;
};

inline record::Message message(Side from, std::string name, std::string sentence, record::Evidence at,
                               std::vector<record::Field> fields = {}) {
    record::Message m;
    m.from = from;
    m.name = std::move(name);
    m.sentence = std::move(sentence);
    m.first = m.last = at;
    m.fields = std::move(fields);
    return m;
}

/// SYN, SYN/ACK, ACK; hello, hello; data; FIN, ACK, FIN, ACK.
inline ConnectionRecord textbook() {
    ConnectionRecord c = connection(3);
    LadderBuilder b{c};
    using enum Side;
    b.add(client, 0x002, 0, -1, 0, "SYN-SENT", "SYN-RECEIVED", "Client asks for a connection.").segment.options =
        "MSS=1460 WS=7 SACK_PERM";
    b.add(server, 0x012, 0, 1, 0, "ESTABLISHED", "SYN-RECEIVED", "Server agrees.").segment.options = "MSS=1460 WS=7";
    b.add(client, 0x010, 1, 1, 0, "ESTABLISHED", "ESTABLISHED", "Client acknowledges: the connection is established.");
    record::Step& hello = b.add(client, 0x018, 1, 1, 517, "ESTABLISHED", "ESTABLISHED", "Client sends 517 bytes.");
    hello.segment.notes.push_back("retransmission of frame 33");
    hello.messages.push_back(message(
        client, "ClientHello", "The client offers what it can.", hello.segment.at,
        {{"legacy_version", "TLS 1.2 (0x0303)", "fixed since TLS 1.3; the real offer is in supported_versions", 0},
         {"random", std::string(64, 'a'), "32 random bytes", 0},
         {"extensions", "", "", 0},
         {"server_name", "www.example.com\x1b[2J", "the name the client wants to reach", 1}}));
    record::Step& answer = b.add(server, 0x018, 1, 518, 1400, "ESTABLISHED", "ESTABLISHED", "Server sends 1400 bytes.");
    answer.messages.push_back(message(server, "ServerHello", "The server chooses.", answer.segment.at));
    answer.messages.push_back(message(server, "Finished", "The handshake is complete.", answer.segment.at));
    answer.messages.back().inferred = true;
    record::Step& data = b.add(client, 0x018, 518, 1401, 100, "ESTABLISHED", "ESTABLISHED", "Client sends 100 bytes.");
    data.before = {812, 0, 1'100'000};
    b.add(client, 0x011, 618, 1401, 0, "FIN-WAIT-1", "CLOSE-WAIT", "Client has nothing more to send: FIN.");
    b.add(server, 0x010, 1401, 619, 0, "FIN-WAIT-2", "CLOSE-WAIT", "Server acknowledges the FIN.");
    b.add(server, 0x011, 1401, 619, 0, "TIME-WAIT", "LAST-ACK", "Server closes its direction too: FIN.");
    b.add(client, 0x010, 619, 1402, 0, "TIME-WAIT", "CLOSED",
          "Client acknowledges the FIN: both directions are closed.");
    c.timeline.move(kDone, {answer.segment.at.time, answer.segment.at.frame}, true);
    (void)c.timeline.fill(kSpans, kMarks, c.row);
    c.anomalies.report(kOverlap, 33);
    c.anomalies.report(kOverlap, 34);
    return c;
}

}  // namespace tlsscope::report::synthetic
