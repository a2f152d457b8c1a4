#include "dissectors/tls/wire/client_key_exchange.h"

namespace tlsscope::tls {

namespace {

using View = ClientKeyExchangeView;

void psk_identity(Reader& in, View& cke) {  // RFC 4279 section 2
    const Bytes identity = whole_vec16(in, cke.oddities, 0, 0xffff);
    if (in.ok()) cke.psk_identity = identity;
}

void rsa(Reader& in, View& cke, std::uint16_t negotiated) {  // RFC 5246 section 7.4.7.1; RFC 6101 section 5.6.7
    if (negotiated <= version::kSsl3) cke.encrypted_premaster = whole_rest(in).value_or(Bytes{});
    else cke.encrypted_premaster = whole_vec16(in, cke.oddities, 1, 0xffff);
}

/// Fixed Diffie-Hellman keys of a client certificate leave the message empty.
void dh(Reader& in, View& cke) {
    if (in.more()) cke.public_key = whole_vec16(in, cke.oddities, 1, 0xffff);
}

void ecdh(Reader& in, View& cke) {
    if (in.more()) cke.public_key = whole_vec8(in, cke.oddities, 1, 0xff);
}

}  // namespace

ClientKeyExchangeView read_client_key_exchange(Reader& in, KeyExchange kind, std::uint16_t negotiated) {
    ClientKeyExchangeView cke;
    cke.kind = kind;
    cke.known_shape = true;
    switch (kind) {
        case KeyExchange::rsa:
        case KeyExchange::rsa_export: rsa(in, cke, negotiated); break;
        case KeyExchange::rsa_psk:
            psk_identity(in, cke);
            rsa(in, cke, negotiated);
            break;
        case KeyExchange::psk: psk_identity(in, cke); break;
        case KeyExchange::dhe_psk: psk_identity(in, cke); [[fallthrough]];
        case KeyExchange::dh:
        case KeyExchange::dhe:
        case KeyExchange::dhe_export:
        case KeyExchange::dh_anon:
        case KeyExchange::srp: dh(in, cke); break;
        case KeyExchange::ecdhe_psk: psk_identity(in, cke); [[fallthrough]];
        case KeyExchange::ecdh:
        case KeyExchange::ecdhe:
        case KeyExchange::ecdh_anon: ecdh(in, cke); break;
        default:
            cke.known_shape = false;
            (void)in.rest();
            break;
    }
    return cke;
}

}  // namespace tlsscope::tls
