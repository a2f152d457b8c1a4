// Writes a capture for measuring, and beside it FILE.truth.tsv: what each connection is.
//   bench_generate bulk|mixed FILE BYTES [OPEN]
//   bench_generate handshakes|open FILE CONNECTIONS [OPEN]
// OPEN: connections that talk at the same time.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>

#include "mixture.h"

namespace {

using namespace bench;

constexpr std::size_t kActive = 8000;
constexpr std::uint64_t kStart = 1'700'000'000'000'000'000U;

class Generator {
  public:
    Generator(const Mixture& mixture, std::uint64_t amount, std::size_t active, const std::string& path)
        : mixture_{mixture}, amount_{amount}, most_active_{active}, file_{path}, truth_{path + ".truth.tsv"} {
        truth_
            << "stream\tkind\ttls\tclient_ip\tclient_port\tserver_ip\tserver_port\tsni\tversion\tcipher\talpn\tgroup\t"
               "resumed\tretried\tclient_auth\toutcome\tclient_random\n";
    }

    bool run() {
        while (wants_more() || !active_.empty()) {
            // One opening for three packets at most: connections begin one by one, as they do.
            if (wants_more() && active_.size() < most_active_ && (active_.empty() || dice_.below(4) == 0)) open();
            else step();
        }
        truth_.close();
        const bool good = file_.finish() && !truth_.fail();
        const std::uint64_t packets = std::max<std::uint64_t>(1, file_.packets());
        std::cout << packets << " packets, " << file_.bytes() << " bytes, " << opened_ << " connections, "
                  << file_.bytes() / packets << " bytes per packet, " << not_tls_ * 100 / packets << " % not TLS, "
                  << (now_ - kStart) / 1'000'000'000 << " s\n";
        return good;
    }

  private:
    bool wants_more() const { return mixture_.by_bytes ? planned_ < amount_ : opened_ < amount_; }

    std::uint64_t tick() { return now_ += mixture_.mean_gap / 2 + dice_.below(mixture_.mean_gap); }

    /// A packet of any conversation: no two of one follow each other, which is hard on caches, as a busy link is.
    void step() {
        const std::size_t i = dice_.below(active_.size());
        emit(*active_[i]);
        if (!active_[i]->done()) return;
        std::swap(active_[i], active_.back());
        active_.pop_back();
    }

    void emit(Conversation& c) {
        c.emit(file_, tick());
        if (!c.is_tls()) ++not_tls_;
    }

    void open() {
        std::unique_ptr<Connection> c = maker_.connection(opened_);
        if (auto lookup = maker_.lookup(*c, opened_)) active_.push_back(std::move(lookup));
        write_truth(*c);
        planned_ += c->planned_bytes();
        emit(*c);  // the first packet at once: connections are numbered in order of it
        if (!c->done()) active_.push_back(std::move(c));
    }

    void write_truth(const Connection& c) {
        const Truth& t = c.truth();
        truth_ << opened_++ << '\t' << t.kind << '\t' << t.tls << '\t' << address_text(c.ends().client.address) << '\t'
               << c.ends().client.port << '\t' << address_text(c.ends().server.address) << '\t' << c.ends().server.port;
        for (const std::string& value : {t.sni, t.version, t.cipher, t.alpn, t.group, t.resumed, t.retried,
                                         t.client_auth, t.outcome, to_hex(t.client_random)})
            truth_ << '\t' << value;
        truth_ << '\n';
    }

    Mixture mixture_;
    std::uint64_t amount_;
    std::size_t most_active_;
    Dice dice_{20260101};
    CaptureFile file_;
    std::ofstream truth_;
    Maker maker_{mixture_, dice_};
    std::vector<std::unique_ptr<Conversation>> active_;
    std::uint64_t opened_ = 0;
    std::uint64_t planned_ = 0;
    std::uint64_t not_tls_ = 0;
    std::uint64_t now_ = kStart;
};

bool read_number(const std::string& text, std::uint64_t& out) {
    return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc{};
}

/// A quarter of all at most: connections end and begin while others go on, in a small capture, too.
std::size_t plausible_active(const Mixture& m, std::uint64_t amount) {
    const std::uint64_t connections = m.by_bytes ? amount / m.bytes_each : amount;
    return std::clamp<std::size_t>(connections / 4, 1, kActive);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> args(argv, argv + argc);
    const auto mixture = args.size() > 1 ? mixture_named(args[1]) : std::nullopt;
    std::uint64_t amount = 0;
    if (!mixture || args.size() < 4 || args.size() > 5 || !read_number(args[3], amount)) {
        std::cerr << "usage: bench_generate bulk|mixed FILE BYTES [OPEN]\n"
                     "       bench_generate handshakes|open FILE CONNECTIONS [OPEN]\n";
        return 2;
    }
    std::uint64_t active = plausible_active(*mixture, amount);
    if (args.size() == 5 && (!read_number(args[4], active) || active == 0)) return 2;
    if (!Generator{*mixture, amount, active, args[2]}.run()) {
        std::cerr << "could not write " << args[2] << '\n';
        return 4;
    }
    return 0;
}
