// IPv4 fragments of one datagram in any order. Oracle: the plainest model, a map from offset to byte, first copy wins.
#include <cstdlib>
#include <map>

#include "bytes/reader.h"
#include "dissectors/packet/defragment.h"

using namespace tlsscope;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using Result = packet::Defragmenter::Result;
    bytes::Reader in{{data, size}};
    packet::Defragmenter defragmenter{{.pieces = 100'000}};
    std::map<std::size_t, std::uint8_t> model;
    std::size_t total = 0;
    while (in.more()) {
        const std::uint8_t shape = in.u8();
        packet::Fragment fragment;
        fragment.offset = in.u8() * 8U;
        fragment.more = (shape & 0x80) != 0;
        fragment.data = in.take(std::min<std::size_t>(shape & 0x3f, in.size()));
        const auto got = defragmenter.add({}, fragment, 0);
        if (got.result == Result::malformed) continue;
        if (got.result == Result::dropped) std::abort();
        for (std::size_t i = 0; i < fragment.data.size(); ++i) model.try_emplace(fragment.offset + i, fragment.data[i]);
        if (!fragment.more) total = fragment.offset + fragment.data.size();
        const bool whole = total != 0 && model.size() == total;
        if (whole != (got.result == Result::complete)) std::abort();
        if (!whole) continue;
        if (got.data.size() != total) std::abort();
        for (std::size_t i = 0; i < total; ++i)
            if (got.data[i] != model.at(i)) std::abort();
        if (defragmenter.waiting() != 0 || defragmenter.waiting_bytes() != 0) std::abort();
        model.clear();
        total = 0;
    }
    return 0;
}
