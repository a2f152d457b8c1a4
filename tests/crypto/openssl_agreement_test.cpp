// Certificates made by OpenSSL, read by both: the two must say the same.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <ostream>

#include "bytes/hex.h"
#include "crypto/certificate.h"

namespace tlsscope::crypto {
namespace {

struct Free {
    void operator()(X509* p) const { X509_free(p); }
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(BIO* p) const { BIO_free(p); }
};
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

struct Kind {
    const char* label;
    EVP_PKEY* (*make)();
    const EVP_MD* (*digest)();
    const char* signature;
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.label; }

const Kind kKinds[] = {
    {"RSA 2048", [] { return EVP_RSA_gen(2048); }, EVP_sha256, "sha256WithRSAEncryption"},
    {"RSA 1024", [] { return EVP_RSA_gen(1024); }, EVP_sha1, "sha1WithRSAEncryption"},
    {"EC P-256", [] { return EVP_EC_gen("P-256"); }, EVP_sha256, "ecdsa-with-SHA256"},
    {"EC P-521", [] { return EVP_EC_gen("P-521"); }, EVP_sha512, "ecdsa-with-SHA512"},
    {"EC brainpoolP384r1", [] { return EVP_EC_gen("brainpoolP384r1"); }, EVP_sha384, "ecdsa-with-SHA384"},
    {"Ed25519", [] { return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); },
     [] { return static_cast<const EVP_MD*>(nullptr); }, "Ed25519"},
    {"Ed448", [] { return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"); },
     [] { return static_cast<const EVP_MD*>(nullptr); }, "Ed448"},
};

void add_text(X509_NAME* name, const char* field, const std::string& value) {
    const auto* text = reinterpret_cast<const unsigned char*>(value.data());
    ASSERT_EQ(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, text, static_cast<int>(value.size()), -1, 0), 1);
}

void add_extension(X509* certificate, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    ASSERT_NE(extension, nullptr) << value;
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

Certificate make(const Kind& kind) {
    const Key key{kind.make()};
    Certificate certificate{X509_new()};
    X509* c = certificate.get();
    X509_set_version(c, 2);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(c), 0x8877665544332211U);
    ASN1_TIME_set(X509_getm_notBefore(c), 1000000000);
    ASN1_TIME_set(X509_getm_notAfter(c), 3000000000);
    X509_NAME* subject = X509_get_subject_name(c);
    add_text(subject, "C", "DE");
    add_text(subject, "ST", "Z\xc3\xbcrich, \"quoted\" + more");
    add_text(subject, "O", "Example; <Org>");
    add_text(subject, "OU", "#1 unit ");
    add_text(subject, "emailAddress", "root@example.org");
    add_text(subject, "CN", "host.example.org");
    X509_set_issuer_name(c, subject);
    X509_set_pubkey(c, key.get());
    add_extension(c, NID_subject_key_identifier, "hash");
    add_extension(c, NID_authority_key_identifier, "keyid");
    add_extension(c, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(c, NID_subject_alt_name,
                  "DNS:host.example.org,DNS:*.example.org,IP:192.0.2.7,IP:2001:db8::7,URI:https://example.org/x");
    add_extension(c, NID_info_access, "OCSP;URI:http://ocsp.example.org/");
    EXPECT_GT(X509_sign(c, key.get(), kind.digest()), 0) << kind.label;
    return certificate;
}

std::string der_of(X509* c) {
    unsigned char* out = nullptr;
    const int n = i2d_X509(c, &out);
    std::string der(reinterpret_cast<char*>(out), static_cast<std::size_t>(n));
    OPENSSL_free(out);
    return der;
}

std::string rfc2253(const X509_NAME* name) {
    const std::unique_ptr<BIO, Free> memory{BIO_new(BIO_s_mem())};
    X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    char* text = nullptr;
    const long n = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(n)};
}

class OpensslAgreement : public ::testing::TestWithParam<Kind> {};

TEST_P(OpensslAgreement, SaysTheSame) {
    const Certificate certificate = make(GetParam());
    const std::string der = der_of(certificate.get());
    const CertificateSummary s = summarize(bytes::as_bytes(der));
    EXPECT_TRUE(s.faults.empty()) << s.faults.front();
    EXPECT_EQ(s.key, GetParam().label);
    EXPECT_EQ(s.signature_algorithm, GetParam().signature);
    EXPECT_EQ(s.subject, rfc2253(X509_get_subject_name(certificate.get())));
    EXPECT_EQ(s.issuer, s.subject);
    EXPECT_EQ(s.common_name, "host.example.org");
    EXPECT_EQ(s.serial, "008877665544332211");
    EXPECT_EQ(s.not_before, 1000000000);
    EXPECT_EQ(s.not_after, 3000000000);
    EXPECT_TRUE(s.self_signed);
    EXPECT_TRUE(s.is_ca);
    EXPECT_EQ(s.names, (std::vector<std::string>{"DNS:host.example.org", "DNS:*.example.org", "IP:192.0.2.7",
                                                 "IP:2001:db8::7", "URI:https://example.org/x"}));
    EXPECT_EQ(s.ocsp_urls, std::vector<std::string>{"http://ocsp.example.org/"});
    EXPECT_EQ(s.version, 3);
}

INSTANTIATE_TEST_SUITE_P(Keys, OpensslAgreement, ::testing::ValuesIn(kKinds), [](const auto& param) {
    std::string name = param.param.label;
    for (char& c : name)
        if (!isalnum(static_cast<unsigned char>(c))) c = '_';
    return name;
});

}  // namespace
}  // namespace tlsscope::crypto
