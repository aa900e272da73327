// With what statements (lists, batches) are signed for whom, and who may call themselves a verifier of what.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "crypto/seal.h"
#include "server/key_ring.h"
#include "storage/store.h"

namespace signet::server {

/// hash_verifier_key returns what the store keeps of a verifier's key.
[[nodiscard]] std::string hash_verifier_key(std::string_view key);

/// StatementKeys is a view of the services, so that asking for a statement costs no look into the store. Safe to use
/// from many threads.
class StatementKeys {
 public:
  /// All are borrowed.
  StatementKeys(storage::Store& store, const crypto::MasterKey& master_key, const KeyRing& keys);

  /// reload reads the services again: after a change, and now and then, since another node may have changed them.
  [[nodiscard]] Result<void> reload();

  /// key_for returns the key that statements for a service are signed with: its own secret, or the issuer's key, as
  /// for everybody else ("" as the audience). kNotFound: there is no such service.
  [[nodiscard]] Result<Key> key_for(std::string_view audience) const;

  /// verifier_keys returns hash_verifier_key of all keys that verifiers may have.
  [[nodiscard]] std::set<std::string> verifier_keys() const;

  /// signed_for returns the audience whose statements a service gets: its own name when it has a secret, or else "", as
  /// everybody without one: the same bytes, made once for all. kNotFound: there is no such service.
  [[nodiscard]] Result<std::string> signed_for(std::string_view audience) const;

  /// service_of returns the service whose verifier has this key; nothing when nobody has.
  [[nodiscard]] std::optional<std::string> service_of(std::string_view verifier_key) const;

 private:
  struct View {
    std::map<std::string, std::optional<Key>, std::less<>>
        services;                                  // with the secret of those that have one
    std::map<std::string, std::string> verifiers;  // hash -> service
  };

  [[nodiscard]] std::shared_ptr<const View> view() const;

  storage::Store& store_;
  const crypto::MasterKey& master_key_;
  const KeyRing& keys_;
  std::mutex reloading_;
  mutable std::mutex mutex_;
  std::shared_ptr<const View> view_ = std::make_shared<View>();
};

}  // namespace signet::server
