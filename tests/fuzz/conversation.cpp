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

/// The client's bytes as they come, by offset.
class Stream {
  public:
    /// False when it is nowhere near, or contradicts what is there.
    bool take(std::uint32_t offset, const Buffer& bytes) {
        constexpr std::uint32_t kNear = 60'000;
        if (offset > kNear) return false;
        if (have_.size() < offset + bytes.size()) {
            have_.resize(offset + bytes.size());
            bytes_.resize(have_.size());
        }
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (have_[offset + i] && bytes_[offset + i] != bytes[i]) return false;
            have_[offset + i] = true;
            bytes_[offset + i] = bytes[i];
        }
        return true;
    }
    std::size_t contiguous() const {
        return static_cast<std::size_t>(std::find(have_.begin(), have_.end(), false) - have_.begin());
    }
    bool begins_with(const Buffer& wanted) const {
        return contiguous() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), bytes_.begin());
    }

  private:
    std::vector<bool> have_;
    Buffer bytes_;
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
    const Step* syn = nullptr;
    const Step* answer = nullptr;
    Stream stream;
    for (const Step& s : steps) {
        if (s.client_port != asked.port) continue;
        if (!is_plain(s) || (syn != nullptr && s.server_port != syn->server_port)) return false;
        if (s.from == Side::client && s.flags == kTcpSyn && s.bytes.empty()) {
            if (syn != nullptr && syn->seq != s.seq) return false;
            if (syn == nullptr) syn = &s;
        } else if (s.from == Side::server && s.flags == (kTcpSyn | kTcpAck) && s.bytes.empty()) {
            if (syn == nullptr || s.ack_number != syn->seq + 1 || (answer != nullptr && answer->seq != s.seq))
                return false;
            if (answer == nullptr) answer = &s;
        } else if (answer == nullptr || s.flags != kTcpAck) {
            return false;
        } else if (s.from == Side::server) {
            // An acknowledgment of more than came says that the capture missed something.
            if (!s.bytes.empty() || s.seq != answer->seq + 1 || s.ack_number - syn->seq - 1 > stream.contiguous())
                return false;
        } else {
            if (s.ack_number != answer->seq + 1 || !stream.take(s.seq - syn->seq - 1, s.bytes)) return false;
            if (stream.begins_with(asked.record)) return true;
        }
    }
    return false;
}

}  // namespace tlsscope::fuzz
