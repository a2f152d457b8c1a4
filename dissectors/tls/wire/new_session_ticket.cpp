#include "dissectors/tls/wire/new_session_ticket.h"

#include <array>

namespace tlsscope::tls {

namespace {

void early_data(Reader& in, NewSessionTicketView& nst) {  // RFC 8446 section 4.2.10
    const std::uint32_t limit = in.u32();
    if (in.ok()) nst.max_early_data = limit;
}

using Row = ExtensionReader<NewSessionTicketView>;
constexpr std::array kExtensions{Row{ext::early_data, early_data}};

}  // namespace

NewSessionTicketView read_new_session_ticket12(Reader& in) {  // RFC 5077 section 3.3
    NewSessionTicketView nst;
    nst.lifetime = in.u32();
    nst.ticket = whole_vec16(in, nst.oddities, 0, 0xffff);
    return nst;
}

NewSessionTicketView read_new_session_ticket13(Reader& in) {  // RFC 8446 section 4.6.1
    NewSessionTicketView nst;
    nst.lifetime = in.u32();
    nst.age_add = in.u32();
    nst.nonce = whole_vec8(in, nst.oddities, 0, 0xff);
    nst.ticket = whole_vec16(in, nst.oddities, 1, 0xffff);
    read_extensions<NewSessionTicketView>(in, nst, kExtensions);
    return nst;
}

}  // namespace tlsscope::tls
