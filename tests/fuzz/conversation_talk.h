// What a script's instructions work on: the scenario so far and who is speaking.
#pragma once

#include <utility>

#include "conversation.h"

namespace tlsscope::fuzz {

/// An instruction: the act it names, and three numbers for it.
struct Word {
    std::uint8_t act = 0;
    std::uint8_t a = 0, b = 0, c = 0;
    support::Side side() const { return (a & 0x80) != 0 ? support::Side::server : support::Side::client; }
};

/// Several conversations, one being spoken. Bounded, so that no script takes long.
class Talk {
  public:
    support::Scenario& now() { return now_; }

    void say(support::Side from, support::Part part) {
        if (full(1, part.bytes.size())) return;
        bytes_ += part.bytes.size();
        spoken_ |= from == support::Side::client && !part.bytes.empty();
        if (from == support::Side::client) now_.client(std::move(part));
        else now_.server(std::move(part));
    }
    void say(support::Side from, support::Buffer bytes) { say(from, support::Part{.bytes = std::move(bytes)}); }
    /// A hello for that name; remembered when it is the first word of the connection.
    void ask(support::Buffer record, std::string name) {
        if (!spoken_ && !name.empty()) asked_.push_back({port_, record, std::move(name)});
        say(support::Side::client, std::move(record));
    }
    /// Whether there is no room for so many more segments and bytes.
    bool full(std::size_t segments, std::size_t bytes) const {
        return done_segments_ + now_.steps().size() + segments > kMostSegments || bytes_ + bytes > kMostBytes;
    }
    /// The next connection in this scenario.
    void connect(std::uint16_t port, std::uint16_t server_port) {
        now_.connection(port, server_port);
        port_ = port;
        spoken_ = false;
    }
    /// The next scenario, spoken at the same time as the others.
    void begin_another(std::uint16_t port) {
        done_segments_ += now_.steps().size();
        done_.push_back(std::exchange(now_, {}));
        connect(port, 443);
    }
    Conversation finish() {
        for (const support::Scenario& s : done_) now_.interleave(s);
        Conversation out;
        for (const char* carrier : {"ipv6", "vlan"})
            for (const support::Scenario& s : done_)
                if (!s.fits(carrier)) now_.not_under(carrier);
        out.scenario = std::move(now_);
        out.asked = std::move(asked_);
        return out;
    }

  private:
    static constexpr std::size_t kMostSegments = 300;
    static constexpr std::size_t kMostBytes = std::size_t{96} << 10;

    support::Scenario now_;
    std::vector<support::Scenario> done_;
    std::size_t done_segments_ = 0;
    std::vector<Asked> asked_;
    std::uint16_t port_ = 40000;
    bool spoken_ = false;
    std::size_t bytes_ = 0;
};

/// Does what the word says.
void perform(const Word& word, Talk& talk);

}  // namespace tlsscope::fuzz
