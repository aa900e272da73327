#include "bare.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <sodium.h>

#include <array>
#include <cstdlib>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace signet::bench {
namespace {

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

class BareHmac final : public Bare {
 public:
  explicit BareHmac(std::string_view secret) {
    std::array<unsigned char, 64> pad{};
    std::copy(secret.begin(), secret.end(), pad.begin());
    start(inner_, pad, 0x36);
    start(outer_, pad, 0x5c);
  }
  bool verify(std::string_view input, std::string_view signature) override {
    std::array<unsigned char, 32> tag;
    SHA256_CTX state = inner_;
    SHA256_Update(&state, input.data(), input.size());
    SHA256_Final(tag.data(), &state);
    state = outer_;
    SHA256_Update(&state, tag.data(), tag.size());
    SHA256_Final(tag.data(), &state);
    return CRYPTO_memcmp(tag.data(), signature.data(), tag.size()) == 0;
  }

 private:
  static void start(SHA256_CTX& state, std::array<unsigned char, 64> pad, unsigned char with) {
    for (unsigned char& byte : pad) byte ^= with;
    SHA256_Init(&state);
    SHA256_Update(&state, pad.data(), pad.size());
  }
  SHA256_CTX inner_, outer_;
};

class BareEvp final : public Bare {
 public:
  explicit BareEvp(std::string_view pem) {
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    EVP_PKEY* key = PEM_read_bio_PUBKEY(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    context_ = EVP_PKEY_CTX_new(key, nullptr);
    EVP_PKEY_free(key);
    if (EVP_PKEY_verify_init(context_) != 1 || EVP_PKEY_CTX_set_signature_md(context_, EVP_sha256()) != 1)
      std::abort();
  }
  ~BareEvp() override { EVP_PKEY_CTX_free(context_); }
  bool verify(std::string_view input, std::string_view signature) override {
    std::array<unsigned char, 32> digest;
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, input.data(), input.size());
    SHA256_Final(digest.data(), &state);
    return EVP_PKEY_verify(context_, bytes(signature), signature.size(), digest.data(), digest.size()) == 1;
  }

 private:
  EVP_PKEY_CTX* context_;
};

class BareEd25519 final : public Bare {
 public:
  explicit BareEd25519(std::string_view key) : key_(key) {}
  bool verify(std::string_view input, std::string_view signature) override {
    return crypto_sign_verify_detached(bytes(signature), bytes(input), input.size(), bytes(key_)) == 0;
  }

 private:
  std::string key_;
};

}  // namespace

std::unique_ptr<Bare> make_bare_hmac(std::string_view secret) {
  return std::make_unique<BareHmac>(secret);
}
std::unique_ptr<Bare> make_bare_evp(std::string_view pem) {
  return std::make_unique<BareEvp>(pem);
}
std::unique_ptr<Bare> make_bare_ed25519(std::string_view key) {
  return std::make_unique<BareEd25519>(key);
}

std::string to_der(std::string_view r_and_s) {
  const int half = static_cast<int>(r_and_s.size() / 2);
  ECDSA_SIG* signature = ECDSA_SIG_new();
  ECDSA_SIG_set0(signature, BN_bin2bn(bytes(r_and_s), half, nullptr),
                 BN_bin2bn(bytes(r_and_s) + half, half, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature, &der);
  std::string text(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  ECDSA_SIG_free(signature);
  return text;
}

}  // namespace signet::bench
