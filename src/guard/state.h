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
  ~State();

  /// make returns a state that only this process destroys: the child of a fork() has none of its threads, and would wait
  /// for them for ever.
  [[nodiscard]] static std::shared_ptr<State> make(Parts parts, std::unique_ptr<guard::Fetcher> fetcher);

  // Before the first check: either use_keys or fetch_keys, then follow_revocations if that is wanted. Each fails when there is
  // no way to begin.
  void use_keys(KeySet keys) { board_.put_keys(std::move(keys)); }
  [[nodiscard]] Result<void> fetch_keys(const guard::RemoteKeys::Options& options);
  [[nodiscard]] Result<void> follow_revocations(guard::RemoteRevocations::Options options);

  [[nodiscard]] Result<void> refresh() { return remote_keys_ ? remote_keys_->refresh() : Result<void>{}; }
  [[nodiscard]] Result<VerifiedToken> check_token(std::string_view token);
  [[nodiscard]] GuardStatus status() const;

 private:
  void stop() noexcept;
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

}  // namespace signet
