// Writes a capture for measuring, and beside it FILE.truth.tsv: what it contains.
//   bench_generate bulk FILE BYTES          long connections, about 900 bytes per packet, about 29 kB per connection
//   bench_generate handshakes FILE COUNT    short connections: full, resumed and failed handshakes of TLS 1.2 and 1.3
#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "handshake.h"

namespace {

using namespace bench;

constexpr std::size_t kSegment = 1448;      // MSS 1460 less 12 bytes of time stamps
constexpr std::size_t kHeaders = 82;        // pcap record, Ethernet, IPv4, TCP with time stamps
constexpr std::size_t kActive = 8000;       // connections open at the same time
constexpr std::size_t kServers = 400;       // and as many names
constexpr std::size_t kRecordBody = 16401;  // TLS 1.3: 2^14 bytes, content type, tag
constexpr std::size_t kSegmentsPerAck = 5;
constexpr std::uint64_t kStart = 1'700'000'000'000'000'000U;
constexpr std::uint64_t kMeanGap = 4000;  // ns between packets: about 1.8 Gbit/s in the bulk file

/// One connection: what is left to send, and both sides' sequence numbers.
class Connection {
  public:
    Connection(std::uint64_t number, Kind kind, View response, Dice& dice)
        : client_{static_cast<std::uint32_t>((10U << 24U) + (1U << 16U) + number % 5000),
                  static_cast<std::uint16_t>(20000 + number / 5000)},
          server_{static_cast<std::uint32_t>((198U << 24U) + (18U << 16U) + number % kServers), 443} {
        next_[0] = static_cast<std::uint32_t>(dice.next());
        next_[1] = static_cast<std::uint32_t>(dice.next());
        const std::string sni = "host" + std::to_string(number % kServers) + ".bench.example.com";
        handshake_ = make_handshake(kind, sni, dice);
        plan(kind, response, dice);
    }

    const Truth& truth() const { return handshake_.truth; }
    Endpoint client() const { return client_; }
    Endpoint server() const { return server_; }
    /// What the connection takes in the file.
    std::uint64_t planned_bytes() const {
        std::uint64_t total = 0;
        for (const Step& s : steps_) total += kHeaders + s.payload.size();
        return total;
    }
    bool done() const { return position_ == steps_.size(); }

    void emit(CaptureFile& file, std::uint64_t now) {
        const Step& step = steps_[position_++];
        const int side = step.from_client ? 0 : 1;
        const auto milliseconds = static_cast<std::uint32_t>(now / 1'000'000U);
        Tcp tcp{client_,    server_,      next_[side], (step.flags & flags::kAck) ? next_[1 - side] : 0,
                step.flags, milliseconds, echo_[side]};
        if (!step.from_client) std::swap(tcp.from, tcp.to);
        echo_[1 - side] = milliseconds;
        file.packet(now, tcp, step.payload);
        next_[side] +=
            static_cast<std::uint32_t>(step.payload.size()) + ((step.flags & (flags::kSyn | flags::kFin)) ? 1U : 0U);
    }

  private:
    struct Step {
        bool from_client;
        std::uint8_t flags;
        View payload;
    };

    void plan(Kind kind, View response, Dice& dice) {
        step(true, flags::kSyn);
        step(false, flags::kSyn | flags::kAck);
        step(true, flags::kAck);
        for (const Flight& f : handshake_.flights) data(f.from_client, f.bytes);
        if (kind != Kind::alert) {
            request_ = application_record(180 + dice.below(300), dice);
            data(true, request_);
            data(false, response);
            goodbye_ = close_notify(kind, dice);
            data(true, goodbye_);
        }
        step(true, flags::kFin | flags::kAck);
        step(false, flags::kFin | flags::kAck);
        step(true, flags::kAck);
    }

    void step(bool from_client, unsigned f) { steps_.push_back({from_client, static_cast<std::uint8_t>(f), {}}); }

    /// Cut into segments; the receiver acknowledges every few of them.
    void data(bool from_client, View bytes) {
        for (std::size_t sent = 0; !bytes.empty();) {
            const View piece = bytes.first(std::min(kSegment, bytes.size()));
            bytes = bytes.subspan(piece.size());
            steps_.push_back(
                {from_client, static_cast<std::uint8_t>(flags::kAck | (bytes.empty() ? flags::kPsh : 0)), piece});
            if (++sent % kSegmentsPerAck == 0) step(!from_client, flags::kAck);
        }
    }

    Endpoint client_;
    Endpoint server_;
    std::uint32_t next_[2] = {};
    std::uint32_t echo_[2] = {};
    Handshake handshake_;
    Octets request_;
    Octets goodbye_;
    std::vector<Step> steps_;
    std::size_t position_ = 0;
};

/// The server's answers, made once and shared: records of full size and a last, shorter one.
std::vector<Octets> make_responses(std::size_t least, std::size_t most, Dice& dice) {
    std::vector<Octets> responses;
    for (int i = 0; i < 64; ++i) {
        Builder b;
        for (std::size_t left = least + dice.below(most - least + 1); left > 0;) {
            const std::size_t body = std::min(left, kRecordBody);
            b.add(application_record(body, dice));
            left -= body;
        }
        responses.push_back(b.take());
    }
    return responses;
}

Kind choose_kind(bool bulk, Dice& dice) {
    const std::uint64_t percent = dice.below(100);
    if (bulk) return percent < 60 ? Kind::tls13 : Kind::tls12;
    if (percent < 45) return Kind::tls13;
    if (percent < 60) return Kind::tls13_resumed;
    if (percent < 83) return Kind::tls12;
    return percent < 95 ? Kind::tls12_resumed : Kind::alert;
}

class Generator {
  public:
    Generator(bool bulk, std::uint64_t amount, const std::string& path)
        : bulk_{bulk},
          amount_{amount},
          file_{path},
          truth_{path + ".truth.tsv"},
          responses_{bulk ? make_responses(10000, 36000, dice_) : make_responses(100, 900, dice_)} {
        truth_ << "stream\tclient_ip\tclient_port\tserver_ip\tserver_"
                  "port\tsni\tversion\tcipher\talpn\tresumed\toutcome\tclient_random\n";
    }

    bool run() {
        while (active_.size() < kActive && wants_more()) open();
        while (!active_.empty()) {
            const std::size_t i = dice_.below(active_.size());
            active_[i]->emit(file_, tick());
            if (!active_[i]->done()) continue;
            std::swap(active_[i], active_.back());
            active_.pop_back();
            if (wants_more()) open();
        }
        truth_.close();
        const bool good = file_.finish() && !truth_.fail();
        std::cout << file_.packets() << " packets, " << file_.bytes() << " bytes, " << opened_ << " connections, "
                  << file_.bytes() / std::max<std::uint64_t>(1, file_.packets()) << " bytes per packet\n";
        return good;
    }

  private:
    bool wants_more() const { return bulk_ ? planned_ < amount_ : opened_ < amount_; }

    std::uint64_t tick() { return now_ += kMeanGap / 2 + dice_.below(kMeanGap); }

    void open() {
        auto c = std::make_unique<Connection>(opened_, choose_kind(bulk_, dice_),
                                              responses_[dice_.below(responses_.size())], dice_);
        const Truth& t = c->truth();
        truth_ << opened_++ << '\t' << address_text(c->client().address) << '\t' << c->client().port << '\t'
               << address_text(c->server().address) << '\t' << c->server().port << '\t' << t.sni << '\t' << t.version
               << '\t' << t.cipher << '\t' << t.alpn << '\t' << t.resumed << '\t' << t.outcome << '\t'
               << to_hex(t.client_random) << '\n';
        planned_ += c->planned_bytes();
        c->emit(file_, tick());  // the SYN at once: connections are numbered in order of their first packet
        active_.push_back(std::move(c));
    }

    bool bulk_;
    std::uint64_t amount_;
    Dice dice_{20260101};
    CaptureFile file_;
    std::ofstream truth_;
    std::vector<Octets> responses_;
    std::vector<std::unique_ptr<Connection>> active_;
    std::uint64_t opened_ = 0;
    std::uint64_t planned_ = 0;
    std::uint64_t now_ = kStart;
};

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> args(argv, argv + argc);
    std::uint64_t amount = 0;
    const bool usable = args.size() == 4 && (args[1] == "bulk" || args[1] == "handshakes") &&
                        std::from_chars(args[3].data(), args[3].data() + args[3].size(), amount).ec == std::errc{};
    if (!usable) {
        std::cerr << "usage: bench_generate bulk FILE BYTES | bench_generate handshakes FILE COUNT\n";
        return 2;
    }
    if (!Generator{args[1] == "bulk", amount, args[2]}.run()) {
        std::cerr << "could not write " << args[2] << '\n';
        return 4;
    }
    return 0;
}
