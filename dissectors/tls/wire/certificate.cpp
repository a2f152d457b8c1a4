#include "dissectors/tls/wire/certificate.h"

#include <algorithm>

namespace tlsscope::tls {

CertificateEntry12 CertificateEntry12::read(Reader& in) { return {in.take(in.u24())}; }

CertificateEntry13 CertificateEntry13::read(Reader& in) {
    CertificateEntry13 e;
    e.der = in.take(in.u24());
    e.extensions = ExtensionList{in.take(in.u16())};
    return e;
}

namespace {

template <class Entry>
void read_list(Reader& in, CertificateListView<Entry>& view) {
    view.length = in.u24();
    if (!in.ok()) return;
    const bool all = view.length <= in.size();
    view.entries = ItemList<Entry>{in.take(std::min<std::size_t>(view.length, in.size()))};
    if (!all) {
        if (in.edge() == Edge::hard) view.oddities.add(Oddity::vec_overrun);
        in.fail(in.edge() == Edge::cut ? Fault::truncated : Fault::malformed);
        return;
    }
    view.whole = view.entries.well_formed();
    if (!view.whole) {
        view.oddities.add(Oddity::vec_overrun);
        in.fail(Fault::malformed);
    }
    for (const Entry& e : view.entries)
        if (e.der.empty()) view.oddities.add(Oddity::vec_empty);
}

}  // namespace

CertificateView12 read_certificate12(Reader& in) {  // RFC 5246 section 7.4.2
    CertificateView12 view;
    read_list(in, view);
    return view;
}

CertificateView13 read_certificate13(Reader& in) {  // RFC 8446 section 4.4.2
    CertificateView13 view;
    view.request_context = whole_vec8(in, view.oddities, 0, 0xff);
    read_list(in, view);
    return view;
}

}  // namespace tlsscope::tls
