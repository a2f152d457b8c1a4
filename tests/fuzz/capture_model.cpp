#include "capture_model.h"

#include <algorithm>
#include <limits>

namespace tlsscope::fuzz {

namespace {

__extension__ using Wide = __int128;
using bytes::Bytes;
using Frames = std::vector<ModelFrame>;

constexpr std::uint32_t kSection = 0x0a0d0d0a;

struct Interface {
    std::uint16_t link_type = 0;
    unsigned resolution = 6;
    std::int64_t offset = 0;
};

class File {
  public:
    /// False: not plain. What was read so far is of no use then.
    bool read(Bytes file) {
        while (!file.empty()) {
            if (file.size() < 12 || (number(file, 0, 4) == kSection && !begin_section(file))) return false;
            const std::uint64_t length = number(file, 4, 4);
            if (length < 12 || length % 4 != 0 || length > file.size()) return false;
            if (number(file, length - 4, 4) != length) return false;
            if (!block(static_cast<std::uint32_t>(number(file, 0, 4)), file.subspan(8, length - 12))) return false;
            file = file.subspan(length);
        }
        return true;
    }
    Frames frames;

  private:
    std::uint64_t number(Bytes in, std::size_t at, std::size_t width) const {
        std::uint64_t out = 0;
        for (std::size_t i = 0; i < width; ++i) out = out << 8 | in[at + (big_ ? i : width - 1 - i)];
        return out;
    }

    bool begin_section(Bytes block) {
        if (block.size() < 28) return false;
        big_ = block[8] == 0x1a;
        interfaces_.clear();
        return number(block, 8, 4) == 0x1a2b3c4d && number(block, 12, 2) == 1 && number(block, 4, 4) >= 28;
    }

    bool block(std::uint32_t type, Bytes body) {
        switch (type) {
            case 1: return interface(body);
            case 6: return packet(body);
            case 2:
            case 3: return false;  // rare
            default: return true;
        }
    }

    bool interface(Bytes body) {
        if (body.size() < 8 || interfaces_.size() > 1000) return false;
        Interface out{.link_type = static_cast<std::uint16_t>(number(body, 0, 2))};
        for (body = body.subspan(8); !body.empty();) {
            if (body.size() < 4) return false;
            const std::uint64_t code = number(body, 0, 2), length = number(body, 2, 2);
            const std::uint64_t padded = (length + 3) / 4 * 4;
            if (padded > body.size() - 4) return false;
            if (code == 0) break;
            if (code == 9 && length != 1) return false;
            if (code == 9) out.resolution = body[4];
            if (code == 14 && length != 8) return false;
            if (code == 14) out.offset = static_cast<std::int64_t>(number(body, 4, 8));
            body = body.subspan(4 + padded);
        }
        if ((out.resolution & 0x7f) > (out.resolution < 0x80 ? 18U : 63U)) return false;
        interfaces_.push_back(out);
        return true;
    }

    bool packet(Bytes body) {
        if (body.size() < 20) return false;
        const std::uint64_t which = number(body, 0, 4), captured = number(body, 12, 4);
        if (which >= interfaces_.size() || captured > body.size() - 20 || captured > 100'000) return false;
        const Interface& from = interfaces_[which];
        const Wide ticks = Wide{number(body, 4, 4)} << 32 | number(body, 8, 4);
        Wide unit = 1;  // of a second
        for (unsigned i = 0; i < (from.resolution & 0x7f); ++i) unit *= from.resolution < 0x80 ? 10 : 2;
        constexpr Wide kSecond = 1'000'000'000;
        const Wide ns = ticks * kSecond / unit + from.offset * kSecond;
        constexpr Wide kLimit = std::numeric_limits<std::int64_t>::max() / 2 - kSecond;  // times beyond are held there
        if (ns > kLimit || ns < -kLimit || from.offset * kSecond > kLimit || from.offset * kSecond < -kLimit)
            return false;
        frames.push_back({static_cast<std::int64_t>(ns), from.link_type, body.subspan(20, captured)});
        return true;
    }

    bool big_ = false;
    std::vector<Interface> interfaces_;
};

}  // namespace

std::optional<Frames> plain_pcapng(Bytes bytes) {
    File file;
    const bool begins = bytes.size() >= 12 && std::equal(bytes.begin(), bytes.begin() + 4, "\x0a\x0d\x0d\x0a");
    if (!begins || !file.read(bytes)) return std::nullopt;
    return file.frames;
}

}  // namespace tlsscope::fuzz
