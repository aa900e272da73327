#include "server/account_secret.h"

#include "base/base64url.h"
#include "crypto/random.h"

namespace signet::server {
namespace {

constexpr std::string_view kPurpose = "account-secret v1";
constexpr std::size_t kSecretSize = 32;
constexpr std::string_view kNobodys = "account-secret:-------------------------------------------";

}  // namespace

std::string make_account_secret() {
  return base64url_encode(crypto::random_secret(kSecretSize).view());
}

std::string hash_account_secret(const crypto::MasterKey& master_key, std::string_view secret) {
  // The name says what it is, and keeps Argon2's reader from taking it for a password's.
  return "account-secret:" + base64url_encode(master_key.mac(kPurpose, secret));
}

bool account_secret_matches(const crypto::MasterKey& master_key, std::string_view stored,
                            std::string_view secret) {
  const std::string presented = hash_account_secret(master_key, secret);
  const std::string_view expected = stored.empty() ? kNobodys : stored;
  return crypto::equal(as_bytes(presented), as_bytes(expected)) && !stored.empty();
}

}  // namespace signet::server
