#include "conversation.h"

#include <algorithm>

#include "conversation_talk.h"
#include "script.h"

namespace tlsscope::fuzz {

namespace {

using namespace support;

bool is_plain(const Step& s) {
    const Part plain;
    const bool told_as_it_is = !s.wrap && !s.data_offset && !s.bad_checksum && !s.forged && s.snap == 0 && !s.turned;
    return told_as_it_is && !s.vlan && s.window == plain.window && s.urgent == 0 &&
           ((s.flags & kTcpSyn) != 0 || s.options.empty());
}

/// One side's bytes as they come, by offset.
class Stream {
  public:
    /// False when it is nowhere near, contradicts what is there, or lies behind the end.
    bool take(std::uint32_t offset, const Buffer& bytes, bool fin) {
        constexpr std::uint32_t kNear = 60'000;
        if (offset > kNear) return false;
        const std::size_t end = offset + bytes.size();
        if ((fin && end < have_.size()) || (fin_ && end > have_.size()) || (fin_ && fin && end != have_.size()))
            return false;
        fin_ |= fin;
        if (have_.size() < end) {
            have_.resize(end);
            bytes_.resize(end);
        }
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (have_[offset + i] && bytes_[offset + i] != bytes[i]) return false;
            have_[offset + i] = true;
            bytes_[offset + i] = bytes[i];
        }
        return true;
    }
    std::size_t size() const { return have_.size(); }
    std::size_t contiguous() const {
        return static_cast<std::size_t>(std::find(have_.begin(), have_.end(), false) - have_.begin());
    }
    /// More than this cannot be acknowledged by who saw the same.
    std::size_t most_acknowledged() const { return contiguous() + (fin_ && contiguous() == size() ? 1 : 0); }
    bool begins_with(const Buffer& wanted) const {
        return contiguous() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), bytes_.begin());
    }

  private:
    std::vector<bool> have_;
    Buffer bytes_;
    bool fin_ = false;
};

/// A connection as it should be: opened with three segments, both streams without contradiction, nothing acknowledged
/// that the capture missed, no RST.
class Proper {
  public:
    /// False: not that, from here on.
    bool take(const Step& s) {
        if (!is_plain(s) || (syn_ != nullptr && s.server_port != syn_->server_port)) return false;
        const bool up = s.from == Side::client;
        if (s.flags == kTcpSyn || s.flags == (kTcpSyn | kTcpAck)) return opens(s, up == (s.flags == kTcpSyn));
        if (answer_ == nullptr || (s.flags | kTcpFin) != (kTcpFin | kTcpAck)) return false;
        const std::uint32_t mine = (up ? syn_ : answer_)->seq + 1, theirs = (up ? answer_ : syn_)->seq + 1;
        Stream& stream = up ? client : server;
        if (s.ack_number - theirs > (up ? server : client).most_acknowledged()) return false;
        return stream.take(s.seq - mine, s.bytes, (s.flags & kTcpFin) != 0);
    }
    bool complete() const {
        return answer_ != nullptr && client.contiguous() == client.size() && server.contiguous() == server.size();
    }
    Stream client, server;

  private:
    bool opens(const Step& s, bool right_side) {
        if (!right_side || !s.bytes.empty() || client.size() + server.size() != 0) return false;
        const Step*& first = s.flags == kTcpSyn ? syn_ : answer_;
        if (s.flags != kTcpSyn && (syn_ == nullptr || s.ack_number != syn_->seq + 1)) return false;
        if (first == nullptr) first = &s;
        return first->seq == s.seq;
    }

    const Step* syn_ = nullptr;
    const Step* answer_ = nullptr;
};

}  // namespace

Conversation read_conversation(bytes::Bytes script) {
    Script in{script};
    const std::uint8_t carrier = in.next(), other = in.next();
    Talk talk;
    while (in.more() && !talk.full(1, 0)) {
        Word word;
        for (std::uint8_t* part : {&word.act, &word.a, &word.b, &word.c}) *part = in.next();
        perform(word, talk);
    }
    Conversation out = talk.finish();
    out.carrier = carrier;
    out.other_carrier = other;
    return out;
}

bool arrives(const std::vector<Step>& steps, const Asked& asked) {
    Proper connection;
    for (const Step& s : steps) {
        if (s.client_port != asked.port) continue;
        // A server that speaks first may speak of something else.
        if (!connection.take(s) || connection.server.size() != 0 || (s.flags & kTcpFin) != 0) return false;
        if (connection.client.begins_with(asked.record)) return true;
    }
    return false;
}

std::optional<Sent> sent(const std::vector<Step>& steps, std::uint16_t port) {
    constexpr Nanos kLong = 60 * kSecond;  // a closed connection's ports are free again
    Proper connection;
    for (const Step& s : steps)
        if (s.after >= kLong || (s.client_port == port && !connection.take(s))) return std::nullopt;
    if (!connection.complete()) return std::nullopt;
    return Sent{connection.client.size(), connection.server.size()};
}

}  // namespace tlsscope::fuzz
