#include "crypto/trust_store.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>  // secure_getenv: a program with capabilities must not read what its caller names
#include <cstring>
#include <fstream>
#include <limits>
#include <utility>
#include <vector>

namespace tlsscope::crypto {

using bytes::Bytes;

namespace {

struct Free {
    void operator()(X509* p) const { X509_free(p); }
    void operator()(X509_STORE* p) const { X509_STORE_free(p); }
    void operator()(X509_STORE_CTX* p) const { X509_STORE_CTX_free(p); }
    void operator()(STACK_OF(X509) * p) const { sk_X509_free(p); }  // not the certificates
    void operator()(BIO* p) const { BIO_free(p); }
    void operator()(ASN1_TIME* p) const { ASN1_TIME_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();

/// Unix seconds; nullopt for a time OpenSSL cannot read.
std::optional<std::int64_t> seconds(const ASN1_TIME* time) {
    constexpr std::int64_t kDay = 86400;
    const Owned<ASN1_TIME> epoch{ASN1_TIME_set(nullptr, 0)};
    int days = 0;
    int rest = 0;
    if (!epoch || ASN1_TIME_diff(&days, &rest, epoch.get(), time) != 1) return std::nullopt;
    return days * kDay + rest;
}

/// The moments at which a certificate begins and ceases to be valid. The last second has a range of its own: it counts
/// (RFC 5280 section 4.1.2.5), but OpenSSL prefers other issuers then.
void add_borders(const X509* certificate, std::vector<std::int64_t>& out) {
    if (const auto from = seconds(X509_get0_notBefore(certificate))) out.push_back(*from);
    if (const auto to = seconds(X509_get0_notAfter(certificate))) out.insert(out.end(), {*to, *to + 1});
}

Owned<X509> certificate_of(Bytes der) {
    const std::uint8_t* at = der.data();
    return Owned<X509>{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
}

/// The file of a machine's trusted CAs. Not OpenSSL's own default: on Debian that is a folder of links, which would be
/// read in the middle of the analysis, where a sandbox forbids it.
std::string system_file() {
    if (const char* named = ::secure_getenv("SSL_CERT_FILE"); named != nullptr && *named != '\0') return named;
    constexpr std::array kUsual{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
    for (const char* path : kUsual)
        if (::access(path, R_OK) == 0) return path;
    return kUsual[0];
}

/// The contents of a regular file; false and `why`.
bool read_file(const std::string& path, std::string& text, std::string& why) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) why = std::strerror(errno);
    else if (!S_ISREG(status.st_mode)) why = "not a regular file";
    else if (static_cast<std::size_t>(status.st_size) > TrustStore::kMaxFile) why = "larger than 64 MiB";
    if (!why.empty()) return false;
    std::ifstream in{path, std::ios::binary};
    if (!in) why = std::strerror(errno);
    text.resize(static_cast<std::size_t>(status.st_size));
    if (in && !in.read(text.data(), static_cast<std::streamsize>(text.size()))) why = "cannot be read to its end";
    return why.empty();
}

/// What the callback of a verification writes to.
struct Collected {
    std::int64_t at = 0;
    ChainFaults faults = {};
    bool no_issuer = false;
    bool no_issuer_of_first = false;
};

void note(int error, int depth, Collected& out) {
    ChainFaults& f = out.faults;
    switch (error) {
        case X509_V_ERR_CERT_HAS_EXPIRED: f.expired = true; break;
        case X509_V_ERR_CERT_NOT_YET_VALID: f.not_yet_valid = true; break;
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: f.self_signed = true; break;
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            out.no_issuer = true;
            out.no_issuer_of_first = out.no_issuer_of_first || depth == 0;
            break;
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_CERT_UNTRUSTED: out.no_issuer = true; break;
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
        case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: f.bad_signature = true; break;
        case X509_V_ERR_INVALID_PURPOSE:
            // Of the first certificate our own rule judges, with a store or without.
            if (depth != 0) f.wrong_usage = true;
            break;
        case X509_V_ERR_INVALID_CA:
        case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
        case X509_V_ERR_PATH_LENGTH_EXCEEDED:
        case X509_V_ERR_PERMITTED_VIOLATION:
        case X509_V_ERR_EXCLUDED_VIOLATION:
        case X509_V_ERR_SUBTREE_MINMAX:
        case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
        case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX: f.bad_ca = true; break;
        case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
        case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD: break;  // date_bad of cert_faults
        default:
            if (f.other.empty()) f.other = X509_verify_cert_error_string(error);
    }
}

/// Called by OpenSSL for each fault.
int collect(int ok, X509_STORE_CTX* context) {
    if (ok == 1) return 1;
    auto* out = static_cast<Collected*>(X509_STORE_CTX_get_ex_data(context, 0));
    const int error = X509_STORE_CTX_get_error(context);
    const X509* certificate = X509_STORE_CTX_get_current_cert(context);
    // To OpenSSL it has expired in its last second.
    const bool last_second = error == X509_V_ERR_CERT_HAS_EXPIRED && certificate != nullptr &&
                             seconds(X509_get0_notAfter(certificate)) == out->at;
    if (!last_second) note(error, X509_STORE_CTX_get_error_depth(context), *out);
    return 1;  // the rest is looked at, too
}

bool was_sent(const X509* issuer_of, const std::vector<Owned<X509>>& certificates) {
    return std::any_of(certificates.begin() + 1, certificates.end(), [&](const Owned<X509>& c) {
        return X509_NAME_cmp(X509_get_issuer_name(issuer_of), X509_get_subject_name(c.get())) == 0;
    });
}

bool says_where_its_issuer_is(const X509* certificate) {
    auto* access =
        static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr));
    bool found = false;
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); ++i) {
        const ACCESS_DESCRIPTION* d = sk_ACCESS_DESCRIPTION_value(access, i);
        found = found || (OBJ_obj2nid(d->method) == NID_ad_ca_issuers && d->location->type == GEN_URI);
    }
    AUTHORITY_INFO_ACCESS_free(access);
    return found;
}

}  // namespace

struct TrustStore::Contents {
    Owned<X509_STORE> store{X509_STORE_new()};
    std::vector<std::int64_t> borders;  ///< at which one of its certificates begins or ceases to be valid; sorted
    std::size_t size = 0;
};

TrustStore::TrustStore(std::unique_ptr<Contents> contents) : contents_{std::move(contents)} {}
TrustStore::~TrustStore() = default;

std::size_t TrustStore::size() const { return contents_->size; }

std::shared_ptr<const TrustStore> TrustStore::load(const std::string& file, std::string& error) {
    const std::string path = file == "system" ? system_file() : file;
    std::string text;
    std::string why;
    if (!read_file(path, text, why)) {
        error = "cannot read the CA file " + path + ": " + why;
        return nullptr;
    }
    return parse(text, "the CA file " + path, error);
}

std::shared_ptr<const TrustStore> TrustStore::parse(const std::string& pem, const std::string& what,
                                                    std::string& error) {
    auto contents = std::make_unique<Contents>();
    const Owned<BIO> in{BIO_new_mem_buf(pem.data(), static_cast<int>(std::min(pem.size(), kMaxFile)))};
    while (in && contents->store) {
        const Owned<X509> certificate{PEM_read_bio_X509_AUX(in.get(), nullptr, nullptr, nullptr)};
        if (!certificate) break;
        X509_check_purpose(certificate.get(), -1, 0);  // reads the extensions now, and not in the first worker
        if (X509_STORE_add_cert(contents->store.get(), certificate.get()) != 1) continue;
        ++contents->size;
        add_borders(certificate.get(), contents->borders);
    }
    const unsigned long last = ERR_peek_last_error();
    const bool whole = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (contents->size == 0 || !whole) {
        error =
            what + (contents->size == 0 ? " holds no certificate in PEM" : " is damaged: a certificate cannot be read");
        return nullptr;
    }
    std::sort(contents->borders.begin(), contents->borders.end());
    return std::shared_ptr<const TrustStore>{new TrustStore{std::move(contents)}};
}

std::optional<ChainCheck> TrustStore::check(std::span<const Bytes> chain, Role role, std::int64_t at) const {
    std::vector<Owned<X509>> certificates;
    for (const Bytes der : chain.first(std::min(chain.size(), kMaxChain))) {
        Owned<X509> certificate = certificate_of(der);
        if (!certificate && certificates.empty()) break;
        if (certificate) certificates.push_back(std::move(certificate));
    }
    ERR_clear_error();
    const Owned<STACK_OF(X509)> untrusted{sk_X509_new_null()};
    const Owned<X509_STORE_CTX> context{X509_STORE_CTX_new()};
    if (certificates.empty() || !untrusted || !context) return std::nullopt;
    std::vector<std::int64_t> borders;
    for (const Owned<X509>& c : certificates) {
        add_borders(c.get(), borders);
        if (&c != &certificates.front()) sk_X509_push(untrusted.get(), c.get());
    }
    X509* first = certificates.front().get();
    if (X509_STORE_CTX_init(context.get(), contents_->store.get(), first, untrusted.get()) != 1) return std::nullopt;
    X509_VERIFY_PARAM* how = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(how, at);
    X509_VERIFY_PARAM_set_depth(how, static_cast<int>(kMaxChain));
    X509_VERIFY_PARAM_set_auth_level(how, 0);
    X509_VERIFY_PARAM_set_purpose(how, role == Role::server ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT);
    Collected found{.at = at};
    X509_STORE_CTX_set_ex_data(context.get(), 0, &found);
    X509_STORE_CTX_set_verify_cb(context.get(), collect);
    if (X509_verify_cert(context.get()) != 1 && found.faults.none() && !found.no_issuer)
        found.faults.other = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
    ERR_clear_error();

    // Who is no CA has no purpose as one either: that is one fault, not two.
    if (found.faults.bad_ca) found.faults.wrong_usage = false;
    if (found.no_issuer && !found.faults.self_signed) {
        const bool missing =
            found.no_issuer_of_first && !was_sent(first, certificates) && says_where_its_issuer_is(first);
        (missing ? found.faults.missing_intermediate : found.faults.unknown_issuer) = true;
    }
    ERR_clear_error();
    ChainCheck result{
        .faults = std::move(found.faults), .from = std::numeric_limits<std::int64_t>::min(), .until = kEver};
    const auto narrow = [&](std::int64_t border) {
        if (border <= at) result.from = std::max(result.from, border);
        else result.until = std::min(result.until, border);
    };
    for (const std::int64_t border : borders) narrow(border);
    const auto next = std::upper_bound(contents_->borders.begin(), contents_->borders.end(), at);
    if (next != contents_->borders.end()) narrow(*next);
    if (next != contents_->borders.begin()) narrow(*std::prev(next));
    return result;
}

}  // namespace tlsscope::crypto
