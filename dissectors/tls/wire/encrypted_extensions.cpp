#include "dissectors/tls/wire/encrypted_extensions.h"

#include <array>

namespace tlsscope::tls {

namespace {

using View = EncryptedExtensionsView;

void max_fragment_length(Reader& in, View& ee) {
    const std::uint8_t code = in.u8();
    if (in.ok()) ee.max_fragment_length = code;
}

void supported_groups(Reader& in, View& ee) {
    const U16List groups = read_u16_list16(in, ee.oddities);
    if (in.ok()) ee.supported_groups = groups;
}

void alpn(Reader& in, View& ee) {
    const auto protocols = read_items16<Opaque8>(in, ee.oddities, 2);
    if (in.ok() && !protocols.empty()) ee.alpn = protocols.begin()->value;
}

void record_size_limit(Reader& in, View& ee) {
    const std::uint16_t limit = in.u16();
    if (in.ok()) ee.record_size_limit = limit;
}

void quic_transport_parameters(Reader& in, View& ee) { ee.quic_transport_parameters = whole_rest(in); }
void application_settings(Reader& in, View& ee) { ee.application_settings = whole_rest(in); }

void encrypted_client_hello(Reader& in, View& ee) {
    const Bytes configs = whole_vec16(in, ee.oddities, 4, 0xffff);
    if (in.ok()) ee.ech_retry_configs = configs;
}

template <bool View::*Flag>
void flag(Reader& in, View& ee) {
    if (in.edge() == Edge::hard) ee.*Flag = true;
}

using Row = ExtensionReader<View>;
constexpr std::array kExtensions{
    Row{ext::server_name, flag<&View::server_name>},
    Row{ext::max_fragment_length, max_fragment_length},
    Row{ext::supported_groups, supported_groups},
    Row{ext::application_layer_protocol_negotiation, alpn},
    Row{ext::record_size_limit, record_size_limit},
    Row{ext::early_data, flag<&View::early_data>},
    Row{ext::quic_transport_parameters, quic_transport_parameters},
    Row{ext::application_settings_old, application_settings},
    Row{ext::application_settings, application_settings},
    Row{ext::encrypted_client_hello, encrypted_client_hello},
    Row{ext::quic_transport_parameters_draft, quic_transport_parameters},
};

}  // namespace

EncryptedExtensionsView read_encrypted_extensions(Reader& in) {  // RFC 8446 section 4.3.1
    EncryptedExtensionsView ee;
    read_extensions<View>(in, ee, kExtensions);
    return ee;
}

}  // namespace tlsscope::tls
