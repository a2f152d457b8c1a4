#include "dissectors/tls/wire/lists.h"

namespace tlsscope::tls {

namespace {

Bytes whole(Reader& in, Oddities& odd, std::size_t n, std::size_t min, std::size_t max) {
    if (!in.ok()) return {};
    if (n < min) odd.add(Oddity::vec_empty);
    if (n > max || (n > in.size() && in.edge() == Edge::hard)) odd.add(Oddity::vec_overrun);
    return in.take(n);
}

U16List u16_list(Reader& in, Oddities& odd, std::size_t n) {
    if (in.ok() && n % 2 != 0) odd.add(Oddity::vec_odd);
    return U16List{whole(in, odd, n, 1, 0xffff)};
}

}  // namespace

Bytes whole_vec8(Reader& in, Oddities& odd, std::size_t min, std::size_t max) {
    const std::size_t n = in.u8();
    return whole(in, odd, n, min, max);
}

Bytes whole_vec16(Reader& in, Oddities& odd, std::size_t min, std::size_t max) {
    const std::size_t n = in.u16();
    return whole(in, odd, n, min, max);
}

Bytes whole_vec24(Reader& in, Oddities& odd, std::size_t min, std::size_t max) {
    const std::size_t n = in.u24();
    return whole(in, odd, n, min, max);
}

std::optional<Bytes> whole_rest(Reader& in) {
    const Bytes rest = in.rest();
    if (in.edge() == Edge::cut || !in.ok()) return std::nullopt;
    return rest;
}

U16List read_u16_list16(Reader& in, Oddities& odd) {
    const std::size_t n = in.u16();
    return u16_list(in, odd, n);
}

U16List read_u16_list8(Reader& in, Oddities& odd) {
    const std::size_t n = in.u8();
    return u16_list(in, odd, n);
}

}  // namespace tlsscope::tls
