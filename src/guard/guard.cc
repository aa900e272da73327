#include "signet/guard.h"

#include "base/files.h"
#include "base/try.h"
#include "guard/state.h"
#include "guard/text.h"

namespace signet {
namespace guard {
namespace {

std::string default_jwks_url(const GuardOptions& options) {
  if (!options.jwks_url.empty()) return options.jwks_url;
  std::string_view issuer = options.issuer;
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer) + "/.well-known/jwks.json";
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
    TRY(text, read_file(options.key_file));
    TRY(keys, KeySet::from_text(text, options.algorithm));
    return keys;
  }
  if (!options.key_pem.empty()) {
    TRY(key, Key::from_pem(options.key_pem, options.algorithm));
    return KeySet::only(std::move(key));
  }
  return std::nullopt;
}

}  // namespace

Result<void> check_plain_http(const std::string& url, bool trusted) {
  TRY(exposure, exposure_of(url));
  if (trusted || exposure == Exposure::kNone) return {};
  return fail(Errc::kInvalidArgument,
              "keys over plain http from another host can be forged on the way: use https, or "
              "set trust_plain_http_to_other_hosts");
}

Result<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  const std::size_t size = kScheme.size();
  // RFC 6750 §2.1: "Resource servers MUST support this method."
  // RFC 9110 §11.1: the scheme is case-insensitive.
  if (authorization.size() > size && equal_ignoring_case(authorization.substr(0, size), kScheme)) {
    std::string_view token = authorization.substr(size);
    while (token.starts_with(' ')) token.remove_prefix(1);
    if (!token.empty()) return token;
  }
  return fail(Errc::kMalformed, "no bearer token in the Authorization header");
}

Result<Guard> open_guard(GuardOptions options, std::unique_ptr<Fetcher> fetcher,
                         std::unique_ptr<const Clock> clock) {
  TRY(policy, Policy::create({options.issuer, options.audience, options.type, options.leeway}));
  TRY(given, given_keys(options));
  Guard::State::Parts parts{std::move(policy), options.token_cache ? options.token_cache_bytes : 0,
                            std::move(clock)};
  if (given) return Guard(std::make_shared<Guard::State>(std::move(parts), std::move(*given)));

  const std::string url = default_jwks_url(options);
  TRY_DO(check_plain_http(url, options.trust_plain_http_to_other_hosts));
  auto state = std::make_shared<Guard::State>(
      std::move(parts), RemoteKeys::Options{url, options.cache_dir, options.refresh_every, options.algorithm},
      std::move(fetcher));
  TRY_DO(state->start());
  return Guard(std::move(state));
}

}  // namespace guard

Result<Guard> Guard::open(GuardOptions options) {
  return guard::open_guard(std::move(options), std::make_unique<guard::HttpClient>(),
                           std::make_unique<CoarseClock>());
}

Result<VerifiedToken> Guard::check(std::string_view authorization) const {
  TRY(token, guard::bearer_token(authorization));
  return state_->check_token(token);
}

Result<VerifiedToken> Guard::check_token(std::string_view token) const {
  return state_->check_token(token);
}
Result<void> Guard::refresh() const {
  return state_->refresh();
}
GuardStatus Guard::status() const {
  return state_->status();
}

int http_status(Errc code) noexcept {
  switch (code) {
    case Errc::kMalformed:
    case Errc::kUnsupported:
    case Errc::kUnknownKey:
    case Errc::kBadSignature:
    case Errc::kExpired:
    case Errc::kNotYetValid:
    case Errc::kWrongIssuer:
    case Errc::kWrongAudience:
    case Errc::kWrongType:
    case Errc::kRevoked:
      return 401;
    case Errc::kStale:
    case Errc::kUnavailable:
    case Errc::kNotFound:
    case Errc::kConflict:
    case Errc::kInvalidArgument:
    case Errc::kInternal:
      return 503;
  }
  return 503;
}

}  // namespace signet
