#include "crypto/password.h"

#include <sodium.h>

#include <array>

#include "base/try.h"
#include "crypto/random.h"

namespace signet::crypto {
namespace {

std::size_t memory_bytes(PasswordCost cost) {
  return cost.memory_kib * 1024;
}

}  // namespace

Result<std::string> hash_password(std::string_view password, PasswordCost cost) {
  TRY_DO(start_sodium());
  if (cost.passes < crypto_pwhash_argon2id_OPSLIMIT_MIN ||
      memory_bytes(cost) < crypto_pwhash_argon2id_MEMLIMIT_MIN) {
    return fail(Errc::kInvalidArgument, "Argon2id needs one pass and 8 KiB at least");
  }
  std::array<char, crypto_pwhash_argon2id_STRBYTES> text{};
  if (crypto_pwhash_argon2id_str(text.data(), password.data(), password.size(), cost.passes,
                                 memory_bytes(cost)) != 0) {
    return fail(Errc::kUnavailable, "not enough memory to hash a password");
  }
  return std::string(text.data());
}

bool password_matches(std::string_view hash, std::string_view password) {
  const std::string text(hash);  // libsodium wants a terminated string
  return start_sodium() &&
         crypto_pwhash_argon2id_str_verify(text.c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(std::string_view hash, PasswordCost cost) {
  const std::string text(hash);
  return crypto_pwhash_argon2id_str_needs_rehash(text.c_str(), cost.passes, memory_bytes(cost)) != 0;
}

}  // namespace signet::crypto
