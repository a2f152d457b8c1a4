#include "dissectors/tls/wire/extensions.h"

#include <algorithm>

namespace tlsscope::tls {

Extension Extension::read(Reader& in) {
    Extension e;
    e.type = in.u16();
    e.body = in.take(in.u16());
    return e;
}

bool ExtensionList::has(std::uint16_t type) const {
    for (const Extension& e : *this)
        if (e.type == type) return true;
    return false;
}

std::vector<std::uint16_t> ExtensionList::types() const {
    constexpr std::size_t kUsual = 32;
    std::vector<std::uint16_t> out;
    out.reserve(kUsual);
    for (const Extension& e : *this) out.push_back(e.type);
    return out;
}

Bytes ExtensionList::body(std::uint16_t type) const {
    for (const Extension& e : *this)
        if (e.type == type) return e.body;
    return {};
}

ExtensionWalk::ExtensionWalk(Reader& in, Oddities& odd) : in_{in}, odd_{odd} {
    const std::size_t n = in.u16();
    if (!in.ok()) return;
    const bool short_of = n > in.size();
    all_ = in.take(std::min(n, in.size()));
    left_ = Reader{all_, short_of ? in.edge() : Edge::hard};
    if (short_of) stop(in.edge() == Edge::hard);
    else whole_ = true;
}

bool ExtensionWalk::next() {
    if (!left_.more()) return false;
    type_ = left_.u16();
    const std::size_t n = left_.u16();
    const bool cut = left_.edge() == Edge::cut;
    if (!left_.ok() || (n > left_.size() && !cut)) {
        left_.fail(Fault::malformed);
        stop(!cut);
        return false;
    }
    first_ = !repeated();
    if (!first_) odd_.add(Oddity::ext_dup);
    if (n > left_.size()) {
        body_ = Reader{left_.rest(), Edge::cut};
        return true;
    }
    body_ = Reader{left_.take(n)};
    walked_ += 4 + n;
    return true;
}

/// Whether a type was walked before. A list of thousands of types must not cost their square.
bool ExtensionWalk::repeated() {
    const std::size_t bit = (type_ * std::size_t{0x9e37} >> 5) % kFilterBits;
    const bool maybe = filter_[bit];
    filter_[bit] = true;
    if (seen_) {
        const bool was = (*seen_)[type_];
        (*seen_)[type_] = true;
        return was;
    }
    if (!maybe) return false;
    const bool was = list().has(type_);
    if (++looks_ < kMaxLooks) return was;
    seen_ = std::make_unique<std::bitset<65536>>();
    for (const Extension& e : list()) (*seen_)[e.type] = true;
    (*seen_)[type_] = true;
    return was;
}

void ExtensionWalk::close() {
    if (body_.finish() == Fault::malformed) odd_.add(Oddity::ext_malformed);
}

void ExtensionWalk::stop(bool malformed) {
    whole_ = false;
    if (malformed) odd_.add(Oddity::ext_overrun);
    in_.fail(malformed ? Fault::malformed : Fault::truncated);
}

}  // namespace tlsscope::tls
