// One well-formed message per kind of wire_describe.h, with every extension its reader knows.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "wire_testing.h"

namespace tlsscope::tls::testing {

struct Sample {
    const char* name;
    const char* kind;
    Wire message;
    std::size_t fields;             ///< at least so many facts when whole
    std::size_t fields_when_cut;    ///< at least so many from the best prefix
    std::size_t complete_prefixes;  ///< prefixes that are messages in their own right
};

inline void PrintTo(const Sample& s, std::ostream* out) { *out << s.name; }

/// RFC 8448 section 3: the ClientHello and ServerHello of the simple 1-RTT handshake, without handshake headers.
inline Wire rfc8448_client_hello() {
    return Wire{}.hex(
        "0303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000000b00090000"
        "06736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024001d002099381de560"
        "e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e040305030603020308040805080604"
        "01050106010201040205020602020200"
        "2d00020101001c00024001");
}

inline Wire rfc8448_server_hello() {
    return Wire{}.hex(
        "0303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d0020c9828876112095"
        "fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304");
}

inline Wire host_name(std::string_view name) { return Wire{}.vec16(Wire{}.u8(0).vec16(text(name))); }

/// A ClientHello with one extension of every type its reader knows, GREASE among them.
inline Wire rich_client_hello() {
    Wire psk;
    psk.vec16(Wire{}.vec16(text("ticket-one")).u32(7).vec16(text("ticket-two")).u32(9));
    psk.vec16(Wire{}.vec8(zeros(32)).vec8(Wire{}.fill(48, 0xbb)));
    Wire shares;
    shares.u16(0x0a0a).vec16(zeros(1)).u16(0x11ec).vec16(Wire{}.fill(1216, 0x44)).u16(29).vec16(Wire{}.fill(32, 0x55));
    Wire ech;
    ech.u8(0).u16(1).u16(1).u8(42).vec16(Wire{}.fill(32, 0x66)).vec16(Wire{}.fill(208, 0x77));

    Wire e;
    e.extension(0x1a1a, Wire{});
    e.extension(0, host_name("www.example.org"));
    e.extension(1, Wire{}.u8(2));
    e.extension(5, Wire{}.u8(1).vec16(text("responder")).vec16(text("exts")));
    e.extension(10, Wire{}.vec16(u16s({0x0a0a, 0x11ec, 29, 23, 24})));
    e.extension(11, Wire{}.vec8(Wire{}.u8(0).u8(1)));
    e.extension(13, Wire{}.vec16(u16s({0x0403, 0x0804, 0x0401})));
    e.extension(15, Wire{}.u8(1));
    e.extension(16, Wire{}.vec16(Wire{}.vec8(text("h2")).vec8(text("http/1.1"))));
    e.extension(18, Wire{});
    e.extension(19, Wire{}.vec8(Wire{}.u8(2).u8(0)));
    e.extension(20, Wire{}.vec8(Wire{}.u8(0)));
    e.extension(21, zeros(77));
    e.extension(22, Wire{});
    e.extension(23, Wire{});
    e.extension(27, Wire{}.vec8(u16s({2, 1})));
    e.extension(28, Wire{}.u16(0x4001));
    e.extension(34, Wire{}.vec16(u16s({0x0403})));
    e.extension(35, text("a session ticket"));
    e.extension(42, Wire{});
    e.extension(43, Wire{}.vec8(u16s({0xfafa, 0x0304, 0x0303})));
    e.extension(44, Wire{}.vec16(text("cookie")));
    e.extension(45, Wire{}.vec8(Wire{}.u8(1)));
    e.extension(49, Wire{});
    e.extension(50, Wire{}.vec16(u16s({0x0806})));
    e.extension(51, Wire{}.vec16(shares));
    e.extension(57, text("quic parameters"));
    e.extension(13172, Wire{});
    e.extension(17613, Wire{}.vec16(Wire{}.vec8(text("h2"))));
    e.extension(30032, Wire{});
    e.extension(65037, ech);
    e.extension(65281, Wire{}.vec8(Wire{}));
    e.extension(0x2a2a, zeros(1));
    e.extension(41, psk);
    return Wire{}
        .u16(0x0303)
        .fill(32, 0x11)
        .vec8(Wire{}.fill(32, 0x22))
        .vec16(u16s({0x0a0a, 0x1301, 0xc02f, 0x00ff, 0x5600}))
        .vec8(Wire{}.u8(0))
        .vec16(e);
}

inline Wire rich_server_hello() {
    Wire e;
    e.extension(0, Wire{});
    e.extension(1, Wire{}.u8(2));
    e.extension(5, Wire{});
    e.extension(11, Wire{}.vec8(Wire{}.u8(0)));
    e.extension(15, Wire{}.u8(1));
    e.extension(16, Wire{}.vec16(Wire{}.vec8(text("h2"))));
    e.extension(18, text("sct list"));
    e.extension(22, Wire{});
    e.extension(23, Wire{});
    e.extension(28, Wire{}.u16(0x4000));
    e.extension(35, Wire{});
    e.extension(41, Wire{}.u16(1));
    e.extension(43, Wire{}.u16(0x0304));
    e.extension(51, Wire{}.u16(29).vec16(Wire{}.fill(32, 0x99)));
    e.extension(13172, Wire{}.vec8(text("spdy/3")).vec8(text("http/1.1")));
    e.extension(30032, Wire{});
    e.extension(65281, Wire{}.vec8(text("verify data")));
    return Wire{}
        .u16(0x0303)
        .fill(24, 0x33)
        .hex("444f574e47524401")
        .vec8(Wire{}.fill(32, 0x22))
        .u16(0x1301)
        .u8(0)
        .vec16(e);
}

inline Wire hello_retry_request() {
    Wire e;
    e.extension(51, Wire{}.u16(24));
    e.extension(43, Wire{}.u16(0x0304));
    e.extension(44, Wire{}.vec16(text("come back with this")));
    e.extension(65037, text("8 octets"));
    return Wire{}
        .u16(0x0303)
        .hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
        .vec8(Wire{})
        .u16(0x1302)
        .u8(0)
        .vec16(e);
}

inline Wire ecdh_params() { return Wire{}.u8(3).u16(29).vec8(Wire{}.fill(32, 0xee)); }
inline Wire dh_params() {
    return Wire{}.vec16(Wire{}.fill(256, 0xff)).vec16(Wire{}.u8(2)).vec16(Wire{}.fill(256, 0x5a));
}

inline std::vector<Sample> samples() {
    const Wire signature = Wire{}.fill(70, 0xaa);
    const Wire names = Wire{}.vec16(Wire{}.vec16(text("DER of one name")).vec16(text("and of another")));
    const Wire request_extensions = Wire{}
                                        .extension(5, Wire{})
                                        .extension(13, Wire{}.vec16(u16s({0x0403, 0x0804})))
                                        .extension(18, Wire{})
                                        .extension(47, names)
                                        .extension(48, Wire{}.vec16(text("filters")))
                                        .extension(50, Wire{}.vec16(u16s({0x0806})));
    const Wire chain12 = Wire{}.vec24(Wire{}.vec24(text("leaf certificate")).vec24(text("its issuer")));
    const Wire chain13 = Wire{}
                             .vec8(text("ctx"))
                             .vec24(Wire{}
                                        .vec24(text("leaf certificate"))
                                        .vec16(Wire{}.extension(5, text("stapled")))
                                        .vec24(text("issuer"))
                                        .vec16(Wire{}));
    const Wire ee = Wire{}.vec16(Wire{}
                                     .extension(0, Wire{})
                                     .extension(1, Wire{}.u8(3))
                                     .extension(10, Wire{}.vec16(u16s({29, 23})))
                                     .extension(16, Wire{}.vec16(Wire{}.vec8(text("h2"))))
                                     .extension(28, Wire{}.u16(16385))
                                     .extension(42, Wire{})
                                     .extension(57, text("quic"))
                                     .extension(17613, text("settings"))
                                     .extension(65037, Wire{}.vec16(text("configs"))));
    // OCSPResponse with responseStatus tryLater(3).
    const Wire ocsp = Wire{}.hex("30030a0103");
    const Wire sslv2_ciphers = Wire{}.u24(0x010080).u24(0x00002f).u24(0x0700c0);

    return {
        {"rfc8448 client hello", "client_hello", rfc8448_client_hello(), 22, 20, 1},
        {"rich client hello", "client_hello", rich_client_hello(), 80, 75, 1},
        {"client hello without extensions", "client_hello",
         Wire{}.u16(0x0300).fill(32, 1).vec8(Wire{}).vec16(u16s({0x000a})).vec8(Wire{}.u8(0)), 3, 3, 0},
        {"rfc8448 server hello", "server_hello", rfc8448_server_hello(), 9, 6, 1},
        {"rich server hello", "server_hello", rich_server_hello(), 40, 38, 1},
        {"hello retry request", "server_hello", hello_retry_request(), 14, 12, 1},
        {"server hello of draft 18", "server_hello",
         Wire{}.u16(0x7f12).fill(32, 7).u16(0x1301).vec16(Wire{}.extension(40, Wire{}.u16(29).vec16(zeros(32)))), 8, 6,
         1},
        {"hello retry request of draft 20", "hello_retry_request",
         Wire{}.u16(0x7f14).u16(0x1301).vec16(Wire{}.extension(40, Wire{}.u16(23))), 6, 5, 1},
        {"encrypted extensions", "encrypted_extensions", ee, 20, 18, 0},
        {"certificate 1.2", "certificate12", chain12, 3, 2, 0},
        {"certificate 1.3", "certificate13", chain13, 5, 3, 0},
        {"certificate request 1.0", "certificate_request10", Wire{}.vec8(Wire{}.u8(1).u8(64)).bytes(names), 3, 1, 0},
        {"certificate request 1.2", "certificate_request12",
         Wire{}.vec8(Wire{}.u8(1).u8(64)).vec16(u16s({0x0403, 0x0401})).bytes(names), 5, 3, 0},
        {"certificate request 1.3", "certificate_request13", Wire{}.vec8(text("c")).vec16(request_extensions), 16, 14,
         0},
        {"ske ecdhe 1.2", "ske ecdhe 1.2", ecdh_params().u16(0x0804).vec16(signature), 5, 4, 0},
        {"ske ecdhe 1.0", "ske ecdhe 1.0", ecdh_params().vec16(signature), 4, 3, 0},
        {"ske dhe", "ske dhe 1.2", dh_params().u16(0x0401).vec16(signature), 6, 5, 0},
        {"ske dh_anon", "ske dh_anon", dh_params(), 4, 3, 0},
        {"ske ecdhe_psk", "ske ecdhe_psk", Wire{}.vec16(text("hint")).bytes(ecdh_params()), 5, 4, 0},
        {"ske dhe_psk", "ske dhe_psk", Wire{}.vec16(text("hint")).bytes(dh_params()), 6, 5, 0},
        {"ske psk", "ske psk", Wire{}.vec16(text("hint")), 2, 0, 0},
        {"ske rsa export", "ske rsa_export",
         Wire{}.vec16(Wire{}.fill(64, 0xc1)).vec16(Wire{}.u24(0x010001)).vec16(signature), 4, 3, 0},
        {"ske srp", "ske srp",
         Wire{}
             .vec16(Wire{}.fill(128, 0xf1))
             .vec16(Wire{}.u8(2))
             .vec8(text("salt"))
             .vec16(Wire{}.fill(128, 0x1b))
             .u16(0x0401)
             .vec16(signature),
         6, 5, 1},
        {"cke rsa", "cke rsa 1.2", Wire{}.vec16(Wire{}.fill(256, 3)), 1, 0, 0},
        {"cke rsa ssl3", "cke rsa ssl3", Wire{}.fill(128, 3), 1, 0, 128},
        {"cke ecdhe", "cke ecdhe", Wire{}.vec8(Wire{}.fill(65, 4)), 1, 0, 1},
        {"cke dhe", "cke dhe", Wire{}.vec16(Wire{}.fill(256, 5)), 1, 0, 1},
        {"cke rsa_psk", "cke rsa_psk", Wire{}.vec16(text("identity")).vec16(Wire{}.fill(256, 6)), 3, 2, 0},
        {"cke ecdhe_psk", "cke ecdhe_psk", Wire{}.vec16(text("identity")).vec8(Wire{}.fill(32, 6)), 3, 2, 1},
        {"certificate verify 1.2", "certificate_verify 1.2", Wire{}.u16(0x0804).vec16(signature), 2, 1, 0},
        {"certificate verify 1.0", "certificate_verify 1.0", Wire{}.vec16(signature), 1, 0, 0},
        {"certificate status", "certificate_status", Wire{}.u8(1).vec24(ocsp), 4, 1, 0},
        {"certificate status multi", "certificate_status", Wire{}.u8(2).vec24(Wire{}.vec24(ocsp).vec24(text("second"))),
         4, 1, 0},
        {"new session ticket 1.2", "new_session_ticket12", Wire{}.u32(7200).vec16(text("ticket")), 2, 1, 0},
        {"new session ticket 1.3", "new_session_ticket13",
         Wire{}.u32(7200).u32(99).vec8(text("n")).vec16(text("ticket")).vec16(Wire{}.extension(42, Wire{}.u32(16384))),
         6, 4, 0},
        {"finished", "finished", Wire{}.fill(12, 0x0f), 1, 0, 12},
        {"compressed certificate", "compressed_certificate", Wire{}.u16(2).u24(3000).vec24(text("squeezed")), 3, 2, 0},
        {"next protocol", "next_protocol", Wire{}.vec8(text("spdy/3")).vec8(zeros(9)), 2, 1, 0},
        {"key update", "key_update", Wire{}.u8(1), 1, 0, 0},
        {"alert", "alert", Wire{}.u8(2).u8(40), 2, 1, 0},
        {"sslv2 client hello", "sslv2 client_hello",
         Wire{}.u8(1).u16(0x0301).u16(9).u16(16).u16(16).bytes(sslv2_ciphers).fill(16, 8).fill(16, 9), 6, 5, 0},
        {"sslv2 server hello", "sslv2 server_hello",
         Wire{}.u8(4).u8(1).u8(1).u16(2).u16(11).u16(9).u16(16).text("certificate").bytes(sslv2_ciphers).fill(16, 8), 8,
         7, 0},
    };
}

}  // namespace tlsscope::tls::testing
