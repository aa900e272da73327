#include "guard/open.h"

#include <algorithm>

#include "base/files.h"
#include "base/try.h"
#include "guard/state.h"

namespace signet::guard {
namespace {

std::string below_issuer(const GuardOptions& options, std::string_view path) {
  std::string_view issuer = options.issuer;
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer) + std::string(path);
}

/// The keys that the options give ahead; nullopt when they are to be fetched.
Result<std::optional<KeySet>> given_keys(const GuardOptions& options) {
  const int ways = !options.key_pem.empty() + !options.key_file.empty() + !options.shared_secret.empty();
  if (ways > 1) return fail(Errc::kInvalidArgument, "give one of key_pem, key_file and shared_secret");
  if (!options.shared_secret.empty()) {
    TRY(key, Key::from_secret(options.shared_secret, options.algorithm.value_or(Algorithm::kHS256)));
    return KeySet::only(std::move(key));
  }
  if (!options.key_file.empty()) {
    const auto text = read_file(options.key_file);
    if (!text && text.error().code == Errc::kNotFound) return fail(Errc::kNotFound, "key_file: no such file");
    if (!text) return std::unexpected(text.error());
    TRY(keys, KeySet::from_text(*text, options.algorithm));
    return keys;
  }
  if (!options.key_pem.empty()) {
    TRY(key, Key::from_pem(options.key_pem, options.algorithm));
    return KeySet::only(std::move(key));
  }
  return std::nullopt;
}

/// The options for following revocations, judged. A key set of shared secrets is this service's own, perhaps: then it
/// asks for statements under it.
Result<RemoteRevocations::Options> revocation_options(const GuardOptions& options, bool shares_secret) {
  constexpr std::chrono::seconds kTightest{5};
  constexpr std::chrono::seconds kLoosest = std::chrono::hours(24 * 30);
  if (options.max_staleness < kTightest || options.max_staleness > kLoosest) {
    return fail(Errc::kInvalidArgument, "max_staleness is 5 seconds to 30 days");
  }
  const auto is_visible = [](char c) { return c > ' ' && c < '\x7f'; };
  if (!std::ranges::all_of(options.verifier_key, is_visible)) {
    return fail(Errc::kInvalidArgument, "a verifier_key with blanks or control characters in it");
  }
  std::string url = options.revocations_url.empty() ? below_issuer(options, "/v1") : options.revocations_url;
  if (url.ends_with('/')) url.pop_back();
  TRY_DO(check_plain_http(url, options.trust_plain_http_to_other_hosts));
  return RemoteRevocations::Options{.issuer = options.issuer,
                                    .base_url = std::move(url),
                                    .audience = shares_secret ? options.audience : "",
                                    .verifier_key = options.verifier_key,
                                    .max_staleness = options.max_staleness,
                                    .any_age = options.accept_tokens_while_revocations_are_unknown,
                                    .cache_dir = options.cache_dir};
}

}  // namespace

Result<void> check_plain_http(const std::string& url, bool trusted) {
  TRY(exposure, exposure_of(url));
  if (trusted || exposure == Exposure::kNone) return {};
  return fail(Errc::kInvalidArgument,
              "keys over plain http from another host can be forged on the way: use https, or "
              "set trust_plain_http_to_other_hosts");
}

Result<Guard> open_guard(GuardOptions options, std::unique_ptr<Fetcher> fetcher,
                         std::unique_ptr<const Clock> clock) {
  TRY(policy, Policy::create({options.issuer, options.audience, options.type, options.leeway}));
  TRY(given, given_keys(options));
  const auto state = Guard::State::make(
      {std::move(policy), options.token_cache ? options.token_cache_bytes : 0, std::move(clock)},
      std::move(fetcher));
  const bool shares_secret = given && given->keys().front().is_symmetric();
  const bool follows = options.follow_revocations.value_or(!given);
  if (given) {
    state->use_keys(std::move(*given));
  } else {
    const std::string url =
        options.jwks_url.empty() ? below_issuer(options, "/.well-known/jwks.json") : options.jwks_url;
    TRY_DO(check_plain_http(url, options.trust_plain_http_to_other_hosts));
    TRY_DO(state->fetch_keys({url, options.cache_dir, options.refresh_every, options.algorithm}));
  }
  if (follows) {
    TRY(following, revocation_options(options, shares_secret));
    TRY_DO(state->follow_revocations(std::move(following)));
  }
  return Guard(std::move(state));
}

}  // namespace signet::guard
