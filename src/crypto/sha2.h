// OpenSSL's SHA-2 states as plain values that can be saved and copied.
//
// OpenSSL 3 marks these functions as deprecated in favour of EVP_MD, but an EVP digest costs a fetch and an
// allocation for each use, more than hashing a token does, and a saved EVP state cannot be copied without
// both. Only hash.cc and hmac.cc include this file.
#pragma once

#include <openssl/sha.h>

#include "base/bytes.h"
#include "crypto/hash.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace signet::crypto {

/// Sha2<hash> starts, feeds and finishes one kind of state; `State` is trivially copyable.
template <Hash hash>
struct Sha2;

template <>
struct Sha2<Hash::kSha256> {
  using State = SHA256_CTX;
  static constexpr std::size_t kBlock = 64;
  static void start(State& state) noexcept { SHA256_Init(&state); }
  static void feed(State& state, ByteView data) noexcept { SHA256_Update(&state, data.data(), data.size()); }
  static void finish(State& state, std::uint8_t* out) noexcept { SHA256_Final(out, &state); }
};

template <>
struct Sha2<Hash::kSha384> {
  using State = SHA512_CTX;
  static constexpr std::size_t kBlock = 128;
  static void start(State& state) noexcept { SHA384_Init(&state); }
  static void feed(State& state, ByteView data) noexcept { SHA384_Update(&state, data.data(), data.size()); }
  static void finish(State& state, std::uint8_t* out) noexcept { SHA384_Final(out, &state); }
};

template <>
struct Sha2<Hash::kSha512> {
  using State = SHA512_CTX;
  static constexpr std::size_t kBlock = 128;
  static void start(State& state) noexcept { SHA512_Init(&state); }
  static void feed(State& state, ByteView data) noexcept { SHA512_Update(&state, data.data(), data.size()); }
  static void finish(State& state, std::uint8_t* out) noexcept { SHA512_Final(out, &state); }
};

}  // namespace signet::crypto

#pragma GCC diagnostic pop
