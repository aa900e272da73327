#include "server/key_ring.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/try.h"
#include "server/or_explain.h"
#include "server/private_file.h"

namespace signet::server {
namespace {

using crypto::MasterKey;
using State = storage::SigningKey::State;

constexpr std::string_view kPurpose = "signing-key v1";
constexpr std::string_view kReading = "reading the signing keys";

const storage::SigningKey* active_among(const std::vector<storage::SigningKey>& keys) {
  const auto active = std::ranges::find(keys, State::kActive, &storage::SigningKey::state);
  return active == keys.end() ? nullptr : &*active;
}

/// Many nodes may start at once on one store; ensure_active_key lets one of them win.
OrExplain<void> provide_active_key(Algorithm algorithm, storage::Store& store, const MasterKey& master_key,
                                   Time now) {
  TRY(known, or_explain(store.signing_keys(), kReading));
  const storage::SigningKey* active = active_among(known.keys);
  if (active && active->algorithm == algorithm_name(algorithm)) return {};
  TRY(fresh, make_signing_key(algorithm, master_key, State::kActive, now, now));
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

/// What was published once goes on being published until it is gone from the store. The version is a member
/// beside the keys (RFC 7517 §5: "Additional members can be present in the JWK Set").
OrExplain<std::string> published(const storage::SigningKeys& stored) {
  std::vector<Key> keys;
  for (const storage::SigningKey& one : stored.keys) {
    TRY(key, or_explain(Key::from_jwk(one.public_jwk), fmt::format("reading the public key {}", one.kid)));
    keys.push_back(key);
  }
  std::string jwks = R"({"keys":[]})";
  if (!keys.empty()) {
    TRY(set, or_explain(KeySet::of(std::move(keys)), kReading));
    jwks = set.jwks();
  }
  jwks.pop_back();
  return fmt::format(R"({},"version":{}}})", jwks, stored.version);
}

/// ApiKeys are those that the APIs have to do with.
struct ApiKeys {
  Key signing;
  std::string jwks;
  std::int64_t version;
};

OrExplain<ApiKeys> api_keys(const storage::SigningKeys& stored, const MasterKey& master_key) {
  const storage::SigningKey* active = active_among(stored.keys);
  if (!active) return explain(Errc::kInternal, "the store has no active signing key");
  TRY(key, unseal(*active, master_key));
  TRY(jwks, published(stored));
  return ApiKeys{.signing = key, .jwks = std::move(jwks), .version = stored.version};
}

OrExplain<ApiKeys> stored_keys(Algorithm algorithm, storage::Store& store, const MasterKey& master_key,
                               Time now) {
  TRY_DO(provide_active_key(algorithm, store, master_key, now));
  TRY(stored, or_explain(store.signing_keys(), kReading));
  return api_keys(stored, master_key);
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
  TRY(stored, or_explain(store.signing_keys(), kReading));
  TRY(jwks, published(stored));
  return ApiKeys{.signing = key, .jwks = std::move(jwks), .version = stored.version};
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
                       .version = api.version,
                       .own_keys = std::move(own_keys)};
}

/// Its kid begins with no dash, like other ids that people pass to commands (crypto::random_id).
OrExplain<Key> generate_key(Algorithm algorithm) {
  for (;;) {
    TRY(key, or_explain(Key::generate(algorithm), "making a signing key"));
    if (!key.kid().starts_with('-')) return std::move(key);
  }
}

}  // namespace

bool is_shared_secret(Algorithm algorithm) {
  return algorithm == Algorithm::kHS256 || algorithm == Algorithm::kHS384 || algorithm == Algorithm::kHS512;
}

OrExplain<storage::SigningKey> make_signing_key(Algorithm algorithm, const MasterKey& master_key, State state,
                                                Time now, Time signs_from) {
  TRY(key, generate_key(algorithm));
  TRY(public_key, or_explain(key.public_key(), "making a signing key"));
  const Secret jwk(key.jwk());
  return storage::SigningKey{.kid = key.kid(),
                             .algorithm = std::string(algorithm_name(algorithm)),
                             .public_jwk = public_key.jwk(),
                             .sealed_private_jwk = master_key.seal(kPurpose, jwk.view()),
                             .state = state,
                             .created_at = now,
                             .signs_from = signs_from};
}

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

OrExplain<void> KeyRing::reload(storage::Store& store, const MasterKey& master_key) {
  const std::lock_guard one_at_a_time(reloading_);
  const auto held = keys();
  if (held->signer.key().is_symmetric()) return {};
  TRY(stored, or_explain(store.signing_keys(), kReading));
  if (stored.version == held->version) return {};
  TRY(api, api_keys(stored, master_key));
  TRY(own, issuer_audience_key(master_key));
  TRY(fresh, assemble(std::move(api), own));
  auto shared = std::make_shared<const Keys>(std::move(fresh));
  const std::lock_guard lock(mutex_);
  keys_ = std::move(shared);
  return {};
}

}  // namespace signet::server
