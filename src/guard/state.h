// What a Guard is inside.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"
#include "guard/http_client.h"
#include "guard/knowledge.h"
#include "guard/reader.h"
#include "guard/remote_keys.h"
#include "signet/guard.h"
#include "signet/verifier.h"

namespace signet {

class Guard::State {
 public:
  struct Parts {
    Policy policy;
    std::size_t cache_bytes;
    std::unique_ptr<const Clock> clock;
  };

  /// A guard whose keys were given ahead.
  State(Parts parts, KeySet keys);

  /// A guard whose keys come over the network; start() before use.
  State(Parts parts, const guard::RemoteKeys::Options& options, std::unique_ptr<guard::Fetcher> fetcher);

  Result<void> start() { return remote_ ? remote_->start() : Result<void>{}; }
  Result<void> refresh() { return remote_ ? remote_->refresh() : Result<void>{}; }
  [[nodiscard]] Result<VerifiedToken> check_token(std::string_view token);
  [[nodiscard]] GuardStatus status() const;

 private:
  [[nodiscard]] Result<VerifiedToken> check_in_full(std::string_view token, const guard::Knowledge& known,
                                                    Time now);

  const Verifier verifier_;
  const std::chrono::seconds leeway_;
  const std::unique_ptr<const Clock> clock_;
  const std::shared_ptr<guard::Readers> readers_;  // null: no cache
  guard::Noticeboard board_;
  std::unique_ptr<guard::Fetcher> fetcher_;
  std::optional<guard::RemoteKeys> remote_;  // last: its thread stops before the rest goes
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
