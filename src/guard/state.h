// What a Guard is inside.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"
#include "guard/http_client.h"
#include "guard/remote_keys.h"
#include "signet/guard.h"
#include "signet/verifier.h"

namespace signet {

class Guard::State {
 public:
  /// A guard whose keys were given ahead.
  State(Policy policy, KeySet keys, std::unique_ptr<const Clock> clock)
      : verifier_(std::move(policy)), clock_(std::move(clock)), fixed_(std::move(keys)) {}

  /// A guard whose keys come over the network; start() before use.
  State(Policy policy, const guard::RemoteKeys::Options& options, std::unique_ptr<guard::Fetcher> fetcher,
        std::unique_ptr<const Clock> clock)
      : verifier_(std::move(policy)),
        clock_(std::move(clock)),
        fetcher_(std::move(fetcher)),
        remote_(std::in_place, options, *fetcher_, *clock_) {}

  Result<void> start() { return remote_ ? remote_->start() : Result<void>{}; }
  Result<void> refresh() { return remote_ ? remote_->refresh() : Result<void>{}; }

  [[nodiscard]] Result<VerifiedToken> check_token(std::string_view token) {
    auto verified = verifier_.verify(token, remote_ ? remote_->current() : *fixed_, clock_->now());
    if (!verified && verified.error().code == Errc::kUnknownKey && remote_) remote_->want_refresh();
    return verified;
  }

  [[nodiscard]] GuardStatus status() const {
    return remote_ ? remote_->status() : GuardStatus{.keys = fixed_->keys().size()};
  }

 private:
  Verifier verifier_;
  std::unique_ptr<const Clock> clock_;
  std::optional<KeySet> fixed_;
  std::unique_ptr<guard::Fetcher> fetcher_;
  std::optional<guard::RemoteKeys> remote_;
};

namespace guard {

/// open_guard is Guard::open with the network and the clock as arguments.
[[nodiscard]] Result<Guard> open_guard(GuardOptions options, std::unique_ptr<Fetcher> fetcher,
                                       std::unique_ptr<const Clock> clock);

/// bearer_token takes the token out of an Authorization header, RFC 6750 §2.1. kMalformed. Borrows.
[[nodiscard]] Result<std::string_view> bearer_token(std::string_view authorization);

/// check_plain_http refuses http URLs of other hosts, unless the operator trusts that network, and what is no
/// http or https URL. kInvalidArgument.
[[nodiscard]] Result<void> check_plain_http(const std::string& url, bool trusted);

}  // namespace guard
}  // namespace signet
