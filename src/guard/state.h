// What a Guard is inside.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"
#include "guard/at_exit.h"
#include "guard/http_client.h"
#include "guard/knowledge.h"
#include "guard/reader.h"
#include "guard/remote_keys.h"
#include "guard/remote_revocations.h"
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

  State(Parts parts, std::unique_ptr<guard::Fetcher> fetcher);
  ~State() { stop(); }

  /// stop ends the threads, now or before the process exits (at_exit.h).
  void stop() noexcept;

  // What to go by, one of the two keys and then the revocations, before the first check. Each fails when there is no way to
  // begin.
  void use_keys(KeySet keys) { board_.put_keys(std::move(keys)); }
  [[nodiscard]] Result<void> fetch_keys(const guard::RemoteKeys::Options& options);
  [[nodiscard]] Result<void> follow_revocations(guard::RemoteRevocations::Options options);

  [[nodiscard]] Result<void> refresh() { return remote_keys_ ? remote_keys_->refresh() : Result<void>{}; }
  [[nodiscard]] Result<VerifiedToken> check_token(std::string_view token);
  [[nodiscard]] GuardStatus status() const;

 private:
  [[nodiscard]] Result<VerifiedToken> check_without_reader(std::string_view token, Time now);
  [[nodiscard]] Result<VerifiedToken> verify(std::string_view token, const guard::Knowledge& known, Time now);

  const Verifier verifier_;
  const std::chrono::seconds leeway_;
  const std::unique_ptr<const Clock> clock_;
  const std::shared_ptr<guard::Readers> readers_;
  const std::unique_ptr<guard::Fetcher> fetcher_;
  guard::Noticeboard board_;
  std::optional<guard::RemoteKeys> remote_keys_;
  std::optional<guard::RemoteRevocations> remote_revocations_;  // it uses the others
  std::optional<guard::AtExit> at_exit_;
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
