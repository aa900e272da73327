#include "crypto/evp.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <array>
#include <cstring>

#include "base/try.h"

namespace signet::crypto {
namespace {

using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Releaser<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Releaser<OSSL_PARAM_free>>;

struct CurveName {
  Curve curve;
  const char* name;  // as OpenSSL's provider calls the group
};
constexpr std::array<CurveName, 4> kCurves = {{{Curve::kP256, "prime256v1"},
                                               {Curve::kP384, "secp384r1"},
                                               {Curve::kP521, "secp521r1"},
                                               {Curve::kSecp256k1, "secp256k1"}}};

const char* group_name(Curve curve) {
  for (const CurveName& known : kCurves) {
    if (known.curve == curve) return known.name;
  }
  return nullptr;
}

/// NumberedKey gathers named integers for EVP_PKEY_fromdata, and keeps them alive until it has run.
class NumberedKey {
 public:
  NumberedKey() : builder_(OSSL_PARAM_BLD_new()) {}

  void integer(const char* name, ByteView bytes) {
    if (bytes.empty()) return;
    numbers_.push_back(to_bignum(bytes));
    OSSL_PARAM_BLD_push_BN(builder_.get(), name, numbers_.back().get());
  }
  void text(const char* name, const char* value) {
    OSSL_PARAM_BLD_push_utf8_string(builder_.get(), name, value, 0);
  }
  void octets(const char* name, ByteView bytes) {
    OSSL_PARAM_BLD_push_octet_string(builder_.get(), name, bytes.data(), bytes.size());
  }

  Result<EvpKey> make(const char* type, bool with_private) {
    const Params params(OSSL_PARAM_BLD_to_param(builder_.get()));
    const EvpContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, with_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                          params.get()) != 1) {
      return fail(Errc::kInvalidArgument, "not a possible key: its numbers do not fit its kind or its curve");
    }
    return EvpKey(key);
  }

 private:
  ParamBuilder builder_;
  std::vector<BigNumber> numbers_;
};

/// Reads one integer of a key, left-padded to `size` bytes; without its leading zeros when `size` is 0. Empty
/// when the key has no such number.
Secret read_integer(const EVP_PKEY& key, const char* name, std::size_t size = 0) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(&key, name, &number) != 1) return {};
  const BigNumber owner(number);
  Secret bytes(size != 0 ? size : static_cast<std::size_t>(BN_num_bytes(number)));
  if (BN_bn2binpad(number, bytes.writable().data(), static_cast<int>(bytes.size())) < 0) return {};
  return bytes;
}

Bytes read_public(const EVP_PKEY& key, const char* name, std::size_t size = 0) {
  const Secret bytes = read_integer(key, name, size);
  return {bytes.view().begin(), bytes.view().end()};
}

KeyNumbers read_rsa(const EVP_PKEY& key) {
  return RsaNumbers{
      read_public(key, OSSL_PKEY_PARAM_RSA_N),          read_public(key, OSSL_PKEY_PARAM_RSA_E),
      read_integer(key, OSSL_PKEY_PARAM_RSA_D),         read_integer(key, OSSL_PKEY_PARAM_RSA_FACTOR1),
      read_integer(key, OSSL_PKEY_PARAM_RSA_FACTOR2),   read_integer(key, OSSL_PKEY_PARAM_RSA_EXPONENT1),
      read_integer(key, OSSL_PKEY_PARAM_RSA_EXPONENT2), read_integer(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1)};
}

Result<KeyNumbers> read_ec(const EVP_PKEY& key) {
  std::array<char, 64> name{};
  if (EVP_PKEY_get_utf8_string_param(&key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(), nullptr) ==
      1) {
    for (const CurveName& known : kCurves) {
      if (std::strcmp(name.data(), known.name) != 0) continue;
      const std::size_t size = field_size(known.curve);
      return EcNumbers{known.curve, read_public(key, OSSL_PKEY_PARAM_EC_PUB_X, size),
                       read_public(key, OSSL_PKEY_PARAM_EC_PUB_Y, size),
                       read_integer(key, OSSL_PKEY_PARAM_PRIV_KEY, size)};
    }
  }
  return fail(Errc::kUnsupported, "an elliptic curve other than P-256, P-384, P-521 and secp256k1");
}

Result<KeyNumbers> read_ed25519(const EVP_PKEY& key) {
  Ed25519Numbers numbers{Bytes(32), Secret(32)};
  std::size_t size = 32;
  if (EVP_PKEY_get_raw_public_key(&key, numbers.x.data(), &size) != 1) {
    return fail(Errc::kInvalidArgument, "an Ed25519 key has 32 bytes");
  }
  if (EVP_PKEY_get_raw_private_key(&key, numbers.d.writable().data(), &size) != 1) numbers.d = {};
  return numbers;
}

}  // namespace

BigNumber to_bignum(ByteView bytes) {
  return BigNumber(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

Result<EvpKey> to_evp(const RsaNumbers& rsa) {
  NumberedKey key;
  key.integer(OSSL_PKEY_PARAM_RSA_N, rsa.n);
  key.integer(OSSL_PKEY_PARAM_RSA_E, rsa.e);
  key.integer(OSSL_PKEY_PARAM_RSA_D, rsa.d.view());
  key.integer(OSSL_PKEY_PARAM_RSA_FACTOR1, rsa.p.view());
  key.integer(OSSL_PKEY_PARAM_RSA_FACTOR2, rsa.q.view());
  key.integer(OSSL_PKEY_PARAM_RSA_EXPONENT1, rsa.dp.view());
  key.integer(OSSL_PKEY_PARAM_RSA_EXPONENT2, rsa.dq.view());
  key.integer(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, rsa.qi.view());
  return key.make("RSA", !rsa.d.empty());
}

Result<EvpKey> to_evp(const EcNumbers& ec) {
  Bytes point = {0x04};  // SEC 1 §2.3.3: an uncompressed point
  point.insert(point.end(), ec.x.begin(), ec.x.end());
  point.insert(point.end(), ec.y.begin(), ec.y.end());
  NumberedKey key;
  key.text(OSSL_PKEY_PARAM_GROUP_NAME, group_name(ec.curve));
  key.octets(OSSL_PKEY_PARAM_PUB_KEY, point);
  key.integer(OSSL_PKEY_PARAM_PRIV_KEY, ec.d.view());
  return key.make("EC", !ec.d.empty());
}

Result<EvpKey> to_evp(const Ed25519Numbers& ed) {
  EVP_PKEY* key =
      ed.d.empty() ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, ed.x.data(), ed.x.size())
                   : EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, ed.d.view().data(), ed.d.size());
  if (!key) return fail(Errc::kInvalidArgument, "an Ed25519 key has 32 bytes");
  return EvpKey(key);
}

Result<EvpKey> to_evp(const KeyNumbers& numbers) {
  const ErrorMark mark;
  return std::visit(
      [](const auto& key) -> Result<EvpKey> {
        if constexpr (std::is_same_v<decltype(key), const OctNumbers&>) {
          return fail(Errc::kUnsupported, "a shared secret has no PEM form");
        } else {
          return to_evp(key);
        }
      },
      numbers);
}

Result<KeyNumbers> from_evp(const EVP_PKEY& key) {
  const ErrorMark mark;
  switch (EVP_PKEY_get_base_id(&key)) {
    case EVP_PKEY_RSA:
      return read_rsa(key);
    case EVP_PKEY_EC:
      return read_ec(key);
    case EVP_PKEY_ED25519:
      return read_ed25519(key);
    default:
      return fail(Errc::kUnsupported, "neither an RSA, nor an EC, nor an Ed25519 key");
  }
}

}  // namespace signet::crypto
