#include "crypto/random.h"

#include <sodium.h>

#include <cstdlib>

#include "base/base64url.h"
#include "base/try.h"

namespace signet::crypto {

Result<void> start_sodium() noexcept {
  static const bool ready = sodium_init() >= 0;
  if (!ready) return fail(Errc::kInternal, "libsodium found no source of randomness");
  return {};
}

Secret random_secret(std::size_t size) {
  if (!start_sodium()) std::abort();
  Secret secret(size);
  randombytes_buf(secret.writable().data(), size);
  return secret;
}

std::string random_id() {
  std::string id;
  do {
    id = base64url_encode(random_secret(16).view());
  } while (id.front() == '-');
  return id;
}

bool equal(ByteView a, ByteView b) noexcept {
  return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace signet::crypto
