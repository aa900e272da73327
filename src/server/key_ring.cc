#include "server/key_ring.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/try.h"
#include "server/private_file.h"

namespace signet::server {
namespace {

using crypto::MasterKey;
using State = storage::SigningKey::State;

constexpr std::string_view kPurpose = "signing-key v1";

bool is_shared_secret(Algorithm algorithm) {
  return algorithm == Algorithm::kHS256 || algorithm == Algorithm::kHS384 || algorithm == Algorithm::kHS512;
}

/// or_explain says what failed to the operator.
template <class T>
OrExplain<T> or_explain(Result<T> result, std::string_view doing) {
  if (!result) return explain(result.error().code, fmt::format("{}: {}", doing, result.error().what));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return std::move(*result);
  }
}

OrExplain<storage::SigningKey> new_signing_key(Algorithm algorithm, const MasterKey& master_key, Time now) {
  TRY(key, or_explain(Key::generate(algorithm), "making a signing key"));
  TRY(public_key, or_explain(key.public_key(), "making a signing key"));
  const Secret jwk(key.jwk());
  return storage::SigningKey{.kid = key.kid(),
                             .algorithm = std::string(algorithm_name(algorithm)),
                             .public_jwk = public_key.jwk(),
                             .sealed_private_jwk = master_key.seal(kPurpose, jwk.view()),
                             .state = State::kActive,
                             .created_at = now};
}

const storage::SigningKey* active_among(const std::vector<storage::SigningKey>& keys) {
  const auto active = std::ranges::find(keys, State::kActive, &storage::SigningKey::state);
  return active == keys.end() ? nullptr : &*active;
}

/// Many nodes may start at once on one store; ensure_active_key lets one of them win.
OrExplain<void> provide_active_key(Algorithm algorithm, storage::Store& store, const MasterKey& master_key,
                                   Time now) {
  TRY(known, or_explain(store.list_signing_keys(), "reading the signing keys"));
  const storage::SigningKey* active = active_among(known);
  if (active && active->algorithm == algorithm_name(algorithm)) return {};
  TRY(fresh, new_signing_key(algorithm, master_key, now));
  if (active) return or_explain(store.add_signing_key(fresh), "changing the signing algorithm");
  TRY(stored, or_explain(store.ensure_active_key(fresh), "storing the signing key"));
  static_cast<void>(stored);
  return {};
}

OrExplain<Key> unseal(const storage::SigningKey& stored, const MasterKey& master_key) {
  const std::string doing = fmt::format("opening the signing key {}", stored.kid);
  TRY(jwk, or_explain(master_key.open(kPurpose, stored.sealed_private_jwk), doing));
  return or_explain(Key::from_jwk(as_text(jwk.view())), doing);
}

/// What was published once goes on being published until it is gone from the store.
OrExplain<std::vector<Key>> public_keys(const std::vector<storage::SigningKey>& stored) {
  std::vector<Key> keys;
  for (const storage::SigningKey& one : stored) {
    TRY(key, or_explain(Key::from_jwk(one.public_jwk), fmt::format("reading the public key {}", one.kid)));
    keys.push_back(key);
  }
  return keys;
}

/// ApiKeys are those that the APIs have to do with.
struct ApiKeys {
  Key signing;
  std::string jwks;
};

OrExplain<ApiKeys> stored_keys(Algorithm algorithm, storage::Store& store, const MasterKey& master_key,
                               Time now) {
  TRY_DO(provide_active_key(algorithm, store, master_key, now));
  TRY(stored, or_explain(store.list_signing_keys(), "reading the signing keys"));
  const storage::SigningKey* active = active_among(stored);
  if (!active) return explain(Errc::kInternal, "the store has no active signing key");
  TRY(key, unseal(*active, master_key));
  TRY(published, public_keys(stored));
  TRY(set, or_explain(KeySet::of(published), "reading the signing keys"));
  return ApiKeys{.signing = key, .jwks = set.jwks()};
}

OrExplain<Key> read_secret_file(const std::filesystem::path& file, Algorithm algorithm) {
  TRY(content, read_private_file(file));
  if (!content) {
    TRY(fresh, or_explain(Key::generate(algorithm), "making the shared secret"));
    const Secret text(fresh.jwk() + "\n");
    TRY_DO(create_private_file(file, text.view()));
    return fresh;
  }
  auto key = Key::from_jwk(as_text(content->view()), algorithm);
  if (!key || !key->is_symmetric() || key->algorithm() != algorithm) {
    return explain(Errc::kInvalidArgument, fmt::format("{}: this is not a secret for {} as a JWK: {}",
                                                       file.string(), algorithm_name(algorithm),
                                                       key ? "it is another kind of key" : key.error().what));
  }
  return std::move(*key);
}

OrExplain<ApiKeys> shared_secret(const Config& config, storage::Store& store) {
  const auto& tokens = config.tokens;
  TRY(key,
      read_secret_file(tokens.secret_file.empty() ? config.data / "shared-secret.jwk" : tokens.secret_file,
                       tokens.algorithm));
  TRY(stored, or_explain(store.list_signing_keys(), "reading the signing keys"));
  TRY(published, public_keys(stored));
  std::string jwks = R"({"keys":[]})";
  if (!published.empty()) {
    TRY(set, or_explain(KeySet::of(published), "reading the signing keys"));
    jwks = set.jwks();
  }
  return ApiKeys{.signing = key, .jwks = std::move(jwks)};
}

/// Derived, so that every node on one store has the same, and nothing holds it but who holds the master key.
/// No API verifies these tokens, so that a secret will do.
OrExplain<Key> issuer_audience_key(const MasterKey& master_key) {
  const Secret secret(ByteView(master_key.mac("issuer-audience v1", "")));
  return or_explain(Key::from_secret(as_text(secret.view()), Algorithm::kHS256),
                    "deriving the key for the audience signet");
}

OrExplain<KeyRing::Keys> assemble(ApiKeys api, const Key& own) {
  TRY(signer, or_explain(Signer::create(api.signing), "using the signing key"));
  TRY(own_signer, or_explain(Signer::create(own), "using the key for the audience signet"));
  TRY(own_keys, or_explain(KeySet::of({own}), "using the key for the audience signet"));
  return KeyRing::Keys{.signer = std::move(signer),
                       .jwks = std::move(api.jwks),
                       .own_signer = std::move(own_signer),
                       .own_keys = std::move(own_keys)};
}

}  // namespace

OrExplain<std::unique_ptr<KeyRing>> KeyRing::open(const Config& config, storage::Store& store,
                                                  const MasterKey& master_key, Time now) {
  const Algorithm algorithm = config.tokens.algorithm;
  TRY(api, is_shared_secret(algorithm) ? shared_secret(config, store)
                                       : stored_keys(algorithm, store, master_key, now));
  TRY(own, issuer_audience_key(master_key));
  TRY(keys, assemble(std::move(api), own));
  return std::unique_ptr<KeyRing>(new KeyRing(std::move(keys)));
}

std::shared_ptr<const KeyRing::Keys> KeyRing::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

}  // namespace signet::server
