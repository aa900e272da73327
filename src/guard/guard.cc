#include "signet/guard.h"

#include "base/authorization.h"
#include "base/try.h"
#include "guard/open.h"
#include "guard/state.h"

namespace signet {
Result<Guard> Guard::open(GuardOptions options) {
  return guard::open_guard(std::move(options), std::make_unique<guard::HttpClient>(),
                           std::make_unique<CoarseClock>());
}

Result<VerifiedToken> Guard::check(std::string_view authorization) const {
  const std::string_view token = bearer_token(authorization);
  if (token.empty()) return fail(Errc::kMalformed, "no bearer token in the Authorization header");
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
