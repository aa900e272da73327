#include "server/statement_keys.h"

#include "base/base64url.h"
#include "base/try.h"
#include "crypto/hash.h"
#include "server/service_secret.h"

namespace signet::server {

std::string hash_verifier_key(std::string_view key) {
  return base64url_encode(crypto::digest(crypto::Hash::kSha256, as_bytes(key)).view());
}

StatementKeys::StatementKeys(storage::Store& store, const crypto::MasterKey& master_key, const KeyRing& keys)
    : store_(store), master_key_(master_key), keys_(keys) {}

Result<void> StatementKeys::reload() {
  const std::lock_guard one_at_a_time(reloading_);
  auto fresh = std::make_shared<View>();
  TRY(services, store_.list_services());
  for (const storage::Service& service : services) {
    std::optional<Key> secret;
    if (!service.sealed_secret.empty()) {
      TRY(opened, open_service_secret(master_key_, service));
      secret = std::move(opened);
    }
    fresh->services.emplace(service.name, std::move(secret));
  }
  TRY(verifiers, store_.list_verifier_keys());
  for (const storage::VerifierKey& key : verifiers) fresh->verifiers.emplace(key.hash, key.service);
  const std::lock_guard lock(mutex_);
  view_ = std::move(fresh);
  return {};
}

Result<Key> StatementKeys::key_for(std::string_view audience) const {
  if (audience.empty()) return keys_.keys()->signer.key();
  const auto now = view();
  const auto service = now->services.find(audience);
  if (service == now->services.end()) return fail(Errc::kNotFound, "no such service");
  if (service->second) return *service->second;
  return keys_.keys()->signer.key();
}

std::set<std::string> StatementKeys::verifier_keys() const {
  std::set<std::string> hashes;
  for (const auto& [hash, service] : view()->verifiers) hashes.insert(hash);
  return hashes;
}

Result<std::string> StatementKeys::signed_for(std::string_view audience) const {
  if (audience.empty()) return std::string();
  const auto now = view();
  const auto service = now->services.find(audience);
  if (service == now->services.end()) return fail(Errc::kNotFound, "no such service");
  return service->second ? std::string(audience) : std::string();
}

std::optional<std::string> StatementKeys::service_of(std::string_view verifier_key) const {
  const auto now = view();
  const auto found = now->verifiers.find(hash_verifier_key(verifier_key));
  return found == now->verifiers.end() ? std::nullopt : std::optional(found->second);
}

std::shared_ptr<const StatementKeys::View> StatementKeys::view() const {
  const std::lock_guard lock(mutex_);
  return view_;
}

}  // namespace signet::server
