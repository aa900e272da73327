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
/// `key_pem`, `key_file` and `shared_secret` is given; with these the guard touches no network at all.
struct GuardOptions {
  /// Equal to the tokens' `iss`, byte by byte; also where the keys are fetched: ISSUER/.well-known/jwks.json.
  std::string issuer{};
  /// This API's name.
  std::string audience{};

  /// A public key in PEM; its kid is its thumbprint.
  std::string key_pem{};
  /// A file with a JWK, a JWK Set or PEM.
  std::filesystem::path key_file{};
  /// The raw bytes of an HMAC key, 32 or more. (What a JWK holds as `k` is base64url: use key_file for a JWK.)
  std::string shared_secret{};
  /// For keys that name none: RSA in PEM needs it; a secret is HS256 unless set. Keys of another algorithm are refused.
  std::optional<Algorithm> algorithm{};

  /// Where the keys are, if not below the issuer.
  std::string jwks_url{};
  /// A folder of this user's own for a copy of the keys, so that the API starts while the issuer is down.
  std::filesystem::path cache_dir{};
  /// How often to fetch, or as the answer's Cache-Control says if that is sooner; between 5 seconds and a day.
  std::chrono::seconds refresh_every{300};
  /// Whoever can touch that network could then forge every token.
  bool trust_plain_http_to_other_hosts = false;

  /// Whether tokens that were verified are remembered, so that the next check of the same one costs a comparison of its
  /// bytes. It is never remembered past its time, a change of keys or a revocation.
  bool token_cache = true;
  /// What these may take, of all threads together; each thread that checks tokens has as much of it as the next.
  std::size_t token_cache_bytes = std::size_t{32} * 1024 * 1024;

  std::string type = "at+jwt";
  /// How far clocks may be apart: at most 10 minutes.
  std::chrono::seconds leeway{0};
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
};

class Clock;
class Guard;
namespace guard {
class Fetcher;
Result<Guard> open_guard(GuardOptions, std::unique_ptr<Fetcher>, std::unique_ptr<const Clock>);
}  // namespace guard

class SIGNET_API Guard {
 public:
  /// open takes the keys from where the options say. From a URL: fetches them once (5 s at most); when that
  /// fails and `cache_dir` holds a copy, starts with that. kUnavailable: neither; kInvalidArgument,
  /// kMalformed, kUnsupported, kNotFound: the options or the keys are no good.
  [[nodiscard]] static Result<Guard> open(GuardOptions options);

  /// check judges the value of an Authorization header: "Bearer TOKEN" (RFC 6750 §2.1). kMalformed also when
  /// it is empty or of another scheme; the other codes are Verifier::verify's. An unknown `kid` makes the
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

/// http_status returns what to answer the client: 401, or 503 for what is not its fault (kStale,
/// kUnavailable, kInternal).
[[nodiscard]] SIGNET_API int http_status(Errc code) noexcept;

}  // namespace signet
