// Guard is what an API holds: it judges the Authorization header of each request, by itself, and keeps its
// keys fresh in the background. No request ever waits for the network.
//
//   auto guard = signet::Guard::open({.issuer = "https://auth.example.com", .audience = "orders"});
//   if (!guard) return die(guard.error().what);
//   ...
//   auto token = guard->check(request.header("Authorization"));
//   if (!token) return respond(signet::http_status(token.error().code));
//   if (!token->has_scope("orders:read")) return respond(403);
//
// All functions of a Guard are safe to call from many threads. Copies share one state.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signet/key.h"
#include "signet/token.h"

namespace signet {

/// GuardOptions need an issuer and an audience. Where the keys come from: the issuer's URL, unless one of
/// `key_pem`, `key_file` and `shared_secret` is given; with these the guard touches no network at all, unless
/// `follow_revocations` says so.
struct GuardOptions {
  /// Equal to the tokens' `iss`, byte by byte; also where the keys are fetched: ISSUER/.well-known/jwks.json.
  std::string issuer{};
  /// This API's name.
  std::string audience{};

  /// A public key in PEM; its kid is its thumbprint.
  std::string key_pem{};
  /// A file with a JWK, a JWK Set or PEM. Without follow_revocations a revoked token is then good until it expires; so it is
  /// with key_pem and shared_secret.
  std::filesystem::path key_file{};
  /// The raw bytes of an HMAC key, 32 or more. (What a JWK holds as `k` is base64url: use key_file for a JWK.)
  std::string shared_secret{};
  /// For keys that name none: RSA in PEM needs it; a secret is HS256 unless set. Keys of another algorithm are refused.
  std::optional<Algorithm> algorithm{};

  /// Where the keys are, if not below the issuer.
  std::string jwks_url{};
  /// A folder of this process's own for a copy of the keys and of what is known of revocations, so that the API starts while
  /// the issuer is down. (Of two processes that share one, the slower may leave behind less than the other knew.)
  std::filesystem::path cache_dir{};
  /// How often to fetch, or as the answer's Cache-Control says if that is sooner; between 5 seconds and a day.
  std::chrono::seconds refresh_every{300};
  /// Whoever can touch that network could then forge every token.
  bool trust_plain_http_to_other_hosts = false;

  /// Whether tokens that were verified are remembered, so that the next check of the same one costs a comparison of its
  /// bytes. It is never remembered past its time, a change of keys or a revocation.
  bool token_cache = true;
  /// What these may take, of all threads together; each thread that checks tokens has as much of it as the next.
  std::size_t token_cache_bytes = std::size_t{64} * 1024 * 1024;

  /// Whether to follow the issuer's revocations. Unless set: exactly when the keys are fetched from the issuer. Set to
  /// false for an issuer that has no feed; with keys given ahead, true makes the guard use the network for this alone.
  std::optional<bool> follow_revocations{};
  /// Where `/revocations` and `/status/N` are, if not at ISSUER/v1.
  std::string revocations_url{};
  /// How old what is known of revocations may be; beyond it every token is refused with kStale. 5 seconds to 30 days. (The
  /// default is how long access tokens live: while the issuer is down no longer than that, nothing is lost.)
  std::chrono::seconds max_staleness{600};
  /// Turns that off: revocations that cannot reach this API are then not noticed, for as long as a token lives.
  bool accept_tokens_while_revocations_are_unknown = false;
  /// What `signet service` printed for this service: its verifiers are then listed, and waited for.
  std::string verifier_key{};

  std::string type = "at+jwt";
  /// How far clocks may be apart: at most 10 minutes.
  std::chrono::seconds leeway{0};
};

/// RevocationStatus is how far a guard has followed the issuer's revocations.
struct RevocationStatus {
  std::string epoch{};
  std::uint64_t sequence = 0;      // every revocation up to here is known
  std::optional<Time> fresh_at{};  // every revocation before this is known; as the issuer signed it
  bool is_stale = false;           // that is longer ago than max_staleness: tokens are refused with kStale
  bool is_loading = false;         // the lists are being loaded
  bool from_disk = false;          // the issuer has not been heard since the start
  std::size_t lists = 0;
  std::size_t bytes = 0;       // of memory
  std::uint64_t requests = 0;  // made to the issuer
  std::uint64_t failures = 0;  // those of them that brought nothing
  std::string last_error{};    // why the last of these failed; empty after a success
  std::string copy_error{};    // why the copy on disk could not be used or written; empty when it could
};

/// GuardStatus is for /readyz and metrics.
struct GuardStatus {
  std::size_t keys = 0;                // usable ones
  std::optional<Time> refreshed_at{};  // when the keys last came from the issuer or were confirmed by it
  bool from_disk = false;              // the keys are those of the copy on disk
  std::uint64_t fetches = 0;           // requests made to the issuer
  std::uint64_t failures = 0;          // those of them that brought no good key set
  std::string last_error{};            // why the last of these failed; empty after a success
  std::string copy_error{};  // why the copy on disk could not be used or written; empty when it could
  std::vector<KeySet::Skipped>
      skipped_keys{};             // keys of the set that are no good, and why; the others are used
  std::size_t cached_tokens = 0;  // a token that two threads check counts twice
  std::size_t cache_bytes = 0;
  std::optional<RevocationStatus> revocations{};  // nothing when they are not followed
};

class Clock;
class Guard;
namespace guard {
class Fetcher;
Result<Guard> open_guard(GuardOptions, std::unique_ptr<Fetcher>, std::unique_ptr<const Clock>);
}  // namespace guard

class SIGNET_API Guard {
 public:
  /// open takes the keys from where the options say, and the revocations from the issuer. From a URL: fetches them once
  /// (5 s at most for each answer: the keys, the feed, and every status list that is in use); when that fails and `cache_dir`
  /// holds a copy, starts with that. kUnavailable: neither; kInvalidArgument, kMalformed, kUnsupported, kNotFound: the options,
  /// the keys or the issuer's feed are no good; when revocations are followed also what is wrong with the issuer's
  /// statements: kWrongIssuer (`issuer` is not what it calls itself), kUnknownKey and kBadSignature (its keys are others),
  /// kNotYetValid and kExpired (compare the clocks), kWrongType, kConflict (something in between answers with old ones).
  [[nodiscard]] static Result<Guard> open(GuardOptions options);

  /// check judges the value of an Authorization header: "Bearer TOKEN" (RFC 6750 §2.1). kMalformed also when
  /// it is empty or of another scheme; the other codes are Verifier::verify's and, when revocations are followed, those of
  /// RevocationSet::check; kStale also when what is known of them is too old. An unknown `kid` makes the
  /// background thread look for new keys, at most once in 5 seconds.
  [[nodiscard]] Result<VerifiedToken> check(std::string_view authorization) const;

  /// check_token is check for a token that came by another way.
  [[nodiscard]] Result<VerifiedToken> check_token(std::string_view token) const;

  /// refresh fetches the keys now and waits for the answer; for tests and tools. kUnavailable, kMalformed,
  /// ...; nothing to do, and no error, for a guard without a URL.
  [[nodiscard]] Result<void> refresh() const;

  [[nodiscard]] GuardStatus status() const;

  class SIGNET_HIDDEN State;  // the library's own

 private:
  friend Result<Guard> guard::open_guard(GuardOptions, std::unique_ptr<guard::Fetcher>,
                                         std::unique_ptr<const Clock>);
  explicit Guard(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}

  std::shared_ptr<State> state_;
};

/// http_status returns what to answer the client: 401 when its token is no good, and 503 for all other codes, which are
/// not its fault.
[[nodiscard]] SIGNET_API int http_status(Errc code) noexcept;

}  // namespace signet
