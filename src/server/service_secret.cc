#include "server/service_secret.h"

#include "base/try.h"

namespace signet::server {
namespace {

constexpr std::string_view kPurpose = "service-secret v1";

}  // namespace

Result<ServiceSecret> make_service_secret(const crypto::MasterKey& master_key) {
  TRY(key, Key::generate(Algorithm::kHS256));
  std::string jwk = key.jwk();
  std::string sealed = master_key.seal(kPurpose, as_bytes(jwk));
  return ServiceSecret{.jwk = std::move(jwk), .sealed = std::move(sealed)};
}

Result<Key> open_service_secret(const crypto::MasterKey& master_key, const storage::Service& service) {
  TRY(jwk, master_key.open(kPurpose, service.sealed_secret));
  return Key::from_jwk(as_text(jwk.view()), Algorithm::kHS256);
}

}  // namespace signet::server
