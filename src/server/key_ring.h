// The issuer's own keys: the one that signs for the APIs and those that they verify with, made on the first
// start and at rest sealed under the master key; and the one for the issuer's own audience, derived from it.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/operator_error.h"
#include "crypto/seal.h"
#include "server/config.h"
#include "signet/signer.h"
#include "storage/store.h"

namespace signet::server {

/// is_shared_secret: tokens are signed with a secret that the APIs have too, which has no life of its own.
[[nodiscard]] bool is_shared_secret(Algorithm algorithm);

/// make_signing_key makes a key whose kid begins with no dash, sealed under `master_key`, that is to sign from `signs_from`.
[[nodiscard]] OrExplain<storage::SigningKey> make_signing_key(Algorithm algorithm,
                                                              const crypto::MasterKey& master_key,
                                                              storage::SigningKey::State state, Time now,
                                                              Time signs_from);

class KeyRing {
 public:
  /// Keys is one consistent view of them; it is replaced as a whole when keys change.
  struct Keys {
    Signer signer;      // for the APIs
    std::string jwks;   // the public keys, as published; never a secret
    Signer own_signer;  // for the audience `signet`: its key never leaves the issuer, whatever the APIs are
                        // given
    std::int64_t version = 0;  // counts the changes of `jwks`, which has it as a member
    KeySet own_keys;           // what tokens for the audience `signet` verify with, and nothing else does
  };

  /// open loads the keys, and makes what is missing: a signing key of the configured algorithm (the one of
  /// another algorithm retires), or the shared secret's file. `now` dates a new key. `store` and `master_key`
  /// are borrowed for the call.
  [[nodiscard]] static OrExplain<std::unique_ptr<KeyRing>> open(const Config& config, storage::Store& store,
                                                                const crypto::MasterKey& master_key,
                                                                Time now);

  /// keys returns the current view; safe to call from many threads.
  [[nodiscard]] std::shared_ptr<const Keys> keys() const;

  /// reload replaces the view when the store has another version of the keys: they were changed here, or by
  /// another node on the same store. Without effect where the APIs share a secret. Both are borrowed for the
  /// call, which is safe from many threads.
  [[nodiscard]] OrExplain<void> reload(storage::Store& store, const crypto::MasterKey& master_key);

 private:
  explicit KeyRing(Keys keys) : keys_(std::make_shared<const Keys>(std::move(keys))) {}

  std::mutex reloading_;  // an older reading must not come after a newer one
  mutable std::mutex mutex_;
  std::shared_ptr<const Keys> keys_;
};

}  // namespace signet::server
