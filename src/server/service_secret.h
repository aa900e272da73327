// The pre-shared secret that a service may have of its own, so that one that leaks forges nothing elsewhere.
#pragma once

#include <string>

#include "crypto/seal.h"
#include "signet/key.h"
#include "storage/store.h"

namespace signet::server {

struct ServiceSecret {
  std::string jwk;     // to be shown once
  std::string sealed;  // to be stored
};

/// make_service_secret makes a new HS256 secret. kInternal: no randomness left.
[[nodiscard]] Result<ServiceSecret> make_service_secret(const crypto::MasterKey& master_key);

/// open_service_secret returns the key that tokens for `service` are signed with. kMalformed: it has none, or
/// the store was tampered with.
[[nodiscard]] Result<Key> open_service_secret(const crypto::MasterKey& master_key,
                                              const storage::Service& service);

}  // namespace signet::server
