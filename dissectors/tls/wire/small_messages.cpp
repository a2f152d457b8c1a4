// The messages that are a line or two: alert, change_cipher_spec, finished, key_update, next_protocol, the empty ones,
// certificate_verify, compressed_certificate.
#include "dissectors/tls/wire/alert.h"
#include "dissectors/tls/wire/certificate_verify.h"
#include "dissectors/tls/wire/change_cipher_spec.h"
#include "dissectors/tls/wire/compressed_certificate.h"
#include "dissectors/tls/wire/empty.h"
#include "dissectors/tls/wire/finished.h"
#include "dissectors/tls/wire/key_update.h"
#include "dissectors/tls/wire/next_protocol.h"
#include "dissectors/tls/wire/types.h"

namespace tlsscope::tls {

AlertView read_alert(Reader& in) {
    AlertView alert;
    alert.level = in.u8();
    alert.description = in.u8();
    return alert;
}

ChangeCipherSpecView read_change_cipher_spec(Reader& in) { return {in.u8()}; }

FinishedView read_finished(Reader& in) { return {whole_rest(in).value_or(Bytes{})}; }

KeyUpdateView read_key_update(Reader& in) { return {in.u8()}; }

NextProtocolView read_next_protocol(Reader& in) {
    Oddities odd;
    NextProtocolView np;
    np.protocol = whole_vec8(in, odd, 0, 0xff);
    np.padding = whole_vec8(in, odd, 0, 0xff);
    return np;
}

EmptyView read_empty(Reader& in) {
    EmptyView view;
    if (in.more()) view.oddities.add(Oddity::trailing);
    return view;
}

CertificateVerifyView read_certificate_verify(Reader& in, std::uint16_t negotiated) {
    CertificateVerifyView cv;
    if (negotiated >= version::kTls12) cv.scheme = in.u16();
    if (!in.ok()) cv.scheme.reset();
    cv.signature = whole_vec16(in, cv.oddities, 0, 0xffff);
    return cv;
}

CompressedCertificateView read_compressed_certificate(Reader& in) {
    CompressedCertificateView cc;
    cc.algorithm = in.u16();
    cc.uncompressed_length = in.u24();
    cc.compressed = whole_vec24(in, cc.oddities, 1, 0xffffff);
    return cc;
}

}  // namespace tlsscope::tls
