#include "crypto/digest.h"

#include <gtest/gtest.h>

#include "bytes/hex.h"

namespace tlsscope::crypto {
namespace {

using bytes::as_bytes;
using bytes::hex;

TEST(Digest, PublishedVectors) {  // RFC 1321 appendix A.5, RFC 3174 section 7.3, FIPS 180-4 examples
    EXPECT_EQ(hex(md5(as_bytes(""))), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(hex(md5(as_bytes("message digest"))), "f96b697d7cb7938d525a2f31aaf161d0");
    EXPECT_EQ(hex(sha1(as_bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hex(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Base64, Rfc4648Vectors) {
    EXPECT_EQ(base64(as_bytes("")), "");
    EXPECT_EQ(base64(as_bytes("f")), "Zg==");
    EXPECT_EQ(base64(as_bytes("fo")), "Zm8=");
    EXPECT_EQ(base64(as_bytes("foo")), "Zm9v");
    EXPECT_EQ(base64(as_bytes("foobar")), "Zm9vYmFy");
    const std::string big(100000, 'a');
    EXPECT_EQ(base64(as_bytes(big)).size(), (big.size() + 2) / 3 * 4);
}

}  // namespace
}  // namespace tlsscope::crypto
