#include "crypto/scheme.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <set>
#include <thread>

#include "base/base64url.h"
#include "crypto/generate.h"
#include "crypto/pem.h"
#include "crypto/random.h"

namespace signet::crypto {
namespace {

struct Case {
  const char* name;
  Result<KeyNumbers> (*generate)();
  Result<SchemePtr> (*make)(const KeyNumbers&);
  std::size_t signature_size;
};

template <class Numbers>
const Numbers& as(const KeyNumbers& numbers) {
  return std::get<Numbers>(numbers);
}

const Case kCases[] = {
    {"HS256", [] { return Result<KeyNumbers>(generate_secret(32)); },
     [](const KeyNumbers& n) { return make_hmac(as<OctNumbers>(n), Hash::kSha256); }, 32},
    {"HS512", [] { return Result<KeyNumbers>(generate_secret(200)); },  // longer than a block of the hash
     [](const KeyNumbers& n) { return make_hmac(as<OctNumbers>(n), Hash::kSha512); }, 64},
    {"RS256", [] { return generate_rsa(2048); },
     [](const KeyNumbers& n) { return make_rsa(as<RsaNumbers>(n), Hash::kSha256, RsaPadding::kPkcs1); }, 256},
    {"PS384", [] { return generate_rsa(2048); },
     [](const KeyNumbers& n) { return make_rsa(as<RsaNumbers>(n), Hash::kSha384, RsaPadding::kPss); }, 256},
    {"ES256", [] { return generate_ec(Curve::kP256); },
     [](const KeyNumbers& n) { return make_ecdsa(as<EcNumbers>(n), Hash::kSha256); }, 64},
    {"ES512", [] { return generate_ec(Curve::kP521); },
     [](const KeyNumbers& n) { return make_ecdsa(as<EcNumbers>(n), Hash::kSha512); }, 132},
    {"ES256K", [] { return generate_ec(Curve::kSecp256k1); },
     [](const KeyNumbers& n) { return make_ecdsa(as<EcNumbers>(n), Hash::kSha256); }, 64},
    {"Ed25519", [] { return generate_ed25519(); },
     [](const KeyNumbers& n) { return make_ed25519(as<Ed25519Numbers>(n)); }, 64},
};

class Schemes : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(All, Schemes, testing::ValuesIn(kCases),
                         [](const auto& with) { return with.param.name; });

TEST_P(Schemes, VerifyWhatTheySignAndNothingElse) {
  const KeyNumbers numbers = *GetParam().generate();
  const SchemePtr scheme = *GetParam().make(numbers);
  const ByteView data = as_bytes("some data");
  const Bytes signature = *scheme->sign(data);

  EXPECT_EQ(signature.size(), GetParam().signature_size);
  EXPECT_TRUE(scheme->verify(data, signature));
  EXPECT_FALSE(scheme->verify(as_bytes("some date"), signature));
  EXPECT_FALSE(scheme->verify(data, {}));
  for (std::size_t i = 0; i < signature.size(); i += 7) {
    Bytes flipped = signature;
    flipped[i] ^= 1;
    EXPECT_FALSE(scheme->verify(data, flipped)) << i;
  }
  Bytes longer = signature;
  longer.push_back(0);
  EXPECT_FALSE(scheme->verify(data, longer));
  EXPECT_FALSE(scheme->verify(data, ByteView(signature).first(signature.size() - 1)));
}

TEST_P(Schemes, APublicHalfVerifiesAndCannotSign) {
  const KeyNumbers numbers = *GetParam().generate();
  if (std::holds_alternative<OctNumbers>(numbers)) return;  // has no public half: key_test.cc
  const Bytes signature = *(*GetParam().make(numbers))->sign(as_bytes("x"));
  const SchemePtr scheme = *GetParam().make(public_half(numbers));
  EXPECT_TRUE(scheme->verify(as_bytes("x"), signature));
  const auto refused = scheme->sign(as_bytes("x"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kInvalidArgument);
}

// OpenSSL's error queue belongs to the application: SSL_get_error would take what we left there for a broken connection.
TEST_P(Schemes, LeaveTheErrorQueueAsItWas) {
  const KeyNumbers numbers = *GetParam().generate();
  const SchemePtr scheme = *GetParam().make(numbers);
  ERR_clear_error();
  ERR_raise(ERR_LIB_USER, 7);
  EXPECT_FALSE(scheme->verify(as_bytes("x"), Bytes(GetParam().signature_size, 0xff)));
  EXPECT_FALSE(make_ecdsa({Curve::kP256, Bytes(32, 1), Bytes(32, 1), {}}, Hash::kSha256));
  EXPECT_FALSE(read_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
  EXPECT_FALSE(read_pem("none"));
  EXPECT_EQ(ERR_GET_REASON(ERR_get_error()), 7);
  EXPECT_EQ(ERR_get_error(), 0U);
}

TEST_P(Schemes, CanBeUsedFromManyThreadsAtOnce) {
  const SchemePtr scheme = *GetParam().make(*GetParam().generate());
  const Bytes signature = *scheme->sign(as_bytes("data"));
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int round = 0; round < 20; ++round) good += scheme->verify(as_bytes("data"), signature);
      });
    }
  }
  EXPECT_EQ(good, 160);
}

TEST_P(Schemes, KeysComeBackFromPem) {
  const KeyNumbers numbers = *GetParam().generate();
  const auto pem = write_private_pem(numbers);
  if (std::holds_alternative<OctNumbers>(numbers)) {
    EXPECT_EQ(pem.error().code, Errc::kUnsupported);
    return;
  }
  const SchemePtr again = *GetParam().make(*read_pem(*pem));
  const SchemePtr half = *GetParam().make(*read_pem(*write_public_pem(numbers)));
  EXPECT_TRUE(half->verify(as_bytes("x"), *again->sign(as_bytes("x"))));
}

// RFC 4231 §4.2: test case 1 (its key, 20 bytes, is too short for us) is why case 6 stands here: 131 bytes of
// 0xaa.
TEST(Hmac, AgreesWithRfc4231Case6) {
  const OctNumbers key{Secret(Bytes(131, 0xaa))};
  const SchemePtr hmac = *make_hmac(key, Hash::kSha256);
  const Bytes tag = *hmac->sign(as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"));
  const Bytes expected = {0x60, 0xe4, 0x31, 0x59, 0x1e, 0xe0, 0xb6, 0x7f, 0x0d, 0x8a, 0x26,
                          0xaa, 0xcb, 0xf5, 0xb7, 0x7f, 0x8e, 0x0b, 0xc6, 0x21, 0x37, 0x28,
                          0xc5, 0x14, 0x05, 0x46, 0x04, 0x0f, 0x0e, 0xe3, 0x7f, 0x54};
  EXPECT_EQ(tag, expected);
}

// RFC 7519 §4.1.7: "The identifier value MUST be assigned in a manner that ensures that there is a negligible
// probability that the same value will be accidentally assigned to a different data object": 128 random bits.
TEST(RandomId, NeverComesTwice) {
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = random_id();
    EXPECT_EQ(base64url_decode(id)->size(), 16U);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(WeakKeys, AreRefused) {
  EXPECT_EQ(make_hmac(OctNumbers{Secret(31)}, Hash::kSha256).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(make_hmac(OctNumbers{}, Hash::kSha256).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(make_hmac(OctNumbers{Secret(63)}, Hash::kSha512).error().code, Errc::kInvalidArgument);
  const KeyNumbers small = *generate_rsa(1024);
  EXPECT_EQ(make_rsa(as<RsaNumbers>(small), Hash::kSha256, RsaPadding::kPkcs1).error().code,
            Errc::kInvalidArgument);
  // RFC 7518 §3.5: "A key of size 2048 bits or larger MUST be used with this algorithm."
  EXPECT_EQ(make_rsa(as<RsaNumbers>(small), Hash::kSha256, RsaPadding::kPss).error().code,
            Errc::kInvalidArgument);
  EcNumbers off_curve{Curve::kP256, Bytes(32, 1), Bytes(32, 1), {}};
  EXPECT_EQ(make_ecdsa(off_curve, Hash::kSha256).error().code, Errc::kInvalidArgument);
  Bytes neutral(32);
  neutral[0] = 1;
  EXPECT_EQ(make_ed25519({neutral, {}}).error().code, Errc::kInvalidArgument);
}

TEST(Pem, RefusesWhatIsNoSingleKey) {
  const std::string pem = *write_public_pem(*generate_ec(Curve::kP256));
  const auto code = [](const std::string& text) { return read_pem(text).error().code; };
  EXPECT_EQ(code(""), Errc::kMalformed);
  EXPECT_EQ(code("a raw secret of more than thirty-two bytes"), Errc::kMalformed);
  EXPECT_EQ(code(pem + pem), Errc::kMalformed);
  EXPECT_EQ(code(pem + "trailing"), Errc::kMalformed);
  EXPECT_EQ(code(pem.substr(0, pem.size() / 2)), Errc::kMalformed);
  std::string private_label = pem;
  for (std::size_t at; (at = private_label.find("PUBLIC")) != std::string::npos;)
    private_label.replace(at, 6, "PRIVATE");
  EXPECT_EQ(code(private_label), Errc::kMalformed);
  std::string certificate = pem;
  for (std::size_t at; (at = certificate.find("PUBLIC KEY")) != std::string::npos;)
    certificate.replace(at, 10, "CERTIFICATE");
  EXPECT_EQ(code(certificate), Errc::kUnsupported);
}

}  // namespace
}  // namespace signet::crypto
