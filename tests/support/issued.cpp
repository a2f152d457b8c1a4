#include "support/issued.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "bytes/bytes.h"
#include "crypto/certificate.h"

namespace tlsscope::testing {

namespace {

void add(X509* subject, X509* issuer, const std::string& name, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, subject, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf(nullptr, &context, name.c_str(), value.c_str());
    ASSERT_NE(extension, nullptr) << name << '=' << value;
    X509_add_ext(subject, extension, -1);
    X509_EXTENSION_free(extension);
}

}  // namespace

Issued issue(const Recipe& recipe) {
    static std::uint64_t serial = 0x1000;
    Issued out;
    EVP_PKEY* key = recipe.rsa_bits != 0 ? EVP_RSA_gen(static_cast<unsigned>(recipe.rsa_bits)) : EVP_EC_gen("P-256");
    out.key = {key, [](void* p) { EVP_PKEY_free(static_cast<EVP_PKEY*>(p)); }};
    X509* c = X509_new();
    out.certificate = {c, [](void* p) { X509_free(static_cast<X509*>(p)); }};
    X509* issuer = recipe.issuer != nullptr ? static_cast<X509*>(recipe.issuer->certificate.get()) : c;
    EVP_PKEY* signer = recipe.issuer != nullptr ? static_cast<EVP_PKEY*>(recipe.issuer->key.get()) : key;
    X509_set_version(c, 2);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(c), ++serial);
    ASN1_TIME_set(X509_getm_notBefore(c), recipe.from);
    ASN1_TIME_set(X509_getm_notAfter(c), recipe.to);
    const auto* name = reinterpret_cast<const unsigned char*>(recipe.subject.c_str());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8, name, -1, -1, 0);
    X509_set_issuer_name(c, X509_get_subject_name(issuer));
    X509_set_pubkey(c, key);
    if (recipe.ca) add(c, issuer, "basicConstraints", "critical,CA:TRUE");
    if (recipe.ca) add(c, issuer, "keyUsage", "critical,keyCertSign");
    add(c, issuer, "subjectKeyIdentifier", "hash");
    for (const auto& [extension, value] : recipe.extensions) add(c, issuer, extension, value);
    EXPECT_GT(X509_sign(c, signer, recipe.sha1 ? EVP_sha1() : EVP_sha256()), 0);
    unsigned char* der = nullptr;
    const int n = i2d_X509(c, &der);
    out.der.assign(reinterpret_cast<char*>(der), static_cast<std::size_t>(n));
    OPENSSL_free(der);
    return out;
}

std::string certificate_list(const std::vector<std::string>& ders) {
    std::string out;
    for (const std::string& der : ders) {
        for (const unsigned shift : {16U, 8U, 0U}) out += static_cast<char>(der.size() >> shift & 0xff);
        out += der;
    }
    return out;
}

std::string pem(const std::vector<std::string>& ders) {
    std::string out;
    for (const std::string& der : ders) out += crypto::certificate_pem(bytes::as_bytes(der));
    return out;
}

}  // namespace tlsscope::testing
