#include "dissectors/tls/wire/certificate_request.h"

#include <array>

namespace tlsscope::tls {

namespace {

using View = CertificateRequestView;

void status_request(Reader& in, View& cr) {
    cr.status_request = true;
    (void)in.rest();
}

void sct(Reader& in, View& cr) {
    cr.sct = true;
    (void)in.rest();
}

void signature_algorithms(Reader& in, View& cr) {
    const U16List schemes = read_u16_list16(in, cr.oddities);
    if (in.ok()) cr.signature_algorithms = schemes;
}

void signature_algorithms_cert(Reader& in, View& cr) {
    const U16List schemes = read_u16_list16(in, cr.oddities);
    if (in.ok()) cr.signature_algorithms_cert = schemes;
}

void certificate_authorities(Reader& in, View& cr) {  // RFC 8446 section 4.2.4
    cr.authorities = read_items16<Opaque16>(in, cr.oddities, 3);
}

void oid_filters(Reader& in, View& cr) {  // RFC 8446 section 4.2.5
    const Bytes filters = whole_vec16(in, cr.oddities, 0, 0xffff);
    if (in.ok()) cr.oid_filters = filters;
}

using Row = ExtensionReader<View>;
constexpr std::array kExtensions{
    Row{ext::status_request, status_request},    Row{ext::signature_algorithms, signature_algorithms},
    Row{ext::signed_certificate_timestamp, sct}, Row{ext::certificate_authorities, certificate_authorities},
    Row{ext::oid_filters, oid_filters},          Row{ext::signature_algorithms_cert, signature_algorithms_cert},
};

}  // namespace

CertificateRequestView read_certificate_request12(Reader& in, std::uint16_t negotiated) {  // RFC 5246 section 7.4.4
    CertificateRequestView cr;
    cr.certificate_types = whole_vec8(in, cr.oddities, 1, 0xff);
    if (negotiated >= version::kTls12) signature_algorithms(in, cr);
    cr.authorities = read_items16<Opaque16>(in, cr.oddities);
    return cr;
}

CertificateRequestView read_certificate_request13(Reader& in) {  // RFC 8446 section 4.3.2
    CertificateRequestView cr;
    cr.request_context = whole_vec8(in, cr.oddities, 0, 0xff);
    read_extensions<View>(in, cr, kExtensions);
    return cr;
}

}  // namespace tlsscope::tls
