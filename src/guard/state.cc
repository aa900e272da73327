#include "guard/state.h"

namespace signet {

Guard::State::State(Parts parts, KeySet keys)
    : verifier_(parts.policy),
      leeway_(parts.policy.expectations().leeway),
      clock_(std::move(parts.clock)),
      readers_(std::make_shared<guard::Readers>(parts.cache_bytes)) {
  board_.put_keys(std::move(keys));
}

Guard::State::State(Parts parts, const guard::RemoteKeys::Options& options,
                    std::unique_ptr<guard::Fetcher> fetcher)
    : verifier_(parts.policy),
      leeway_(parts.policy.expectations().leeway),
      clock_(std::move(parts.clock)),
      readers_(std::make_shared<guard::Readers>(parts.cache_bytes)),
      fetcher_(std::move(fetcher)) {
  remote_.emplace(options, *fetcher_, *clock_, board_);
}

Result<VerifiedToken> Guard::State::check_token(std::string_view token) {
  guard::Reader* const reader = guard::Readers::mine(readers_);
  const Time now = clock_->now();
  if (!reader) return check_in_full(token, *board_.newest(), now);

  const guard::Knowledge& known = reader->catch_up(board_);
  if (const VerifiedToken* const found = reader->cache().find(token, known.key_generation, now))
    return *found;
  auto verified = check_in_full(token, known, now);
  if (verified) {
    reader->cache().insert(token, *verified, {known.key_generation, now, verified->expires_at() + leeway_});
  }
  return verified;
}

Result<VerifiedToken> Guard::State::check_in_full(std::string_view token, const guard::Knowledge& known,
                                                  Time now) {
  auto verified = verifier_.verify(token, *known.keys, now);
  if (!verified && verified.error().code == Errc::kUnknownKey && remote_) remote_->look_for_key_of(token);
  return verified;
}

GuardStatus Guard::State::status() const {
  GuardStatus status = remote_ ? remote_->status() : GuardStatus{};
  const auto known = board_.newest();
  status.keys = known->keys->keys().size();
  if (!remote_) status.skipped_keys = known->keys->skipped();
  status.cached_tokens = readers_->budget().tokens.load(std::memory_order_relaxed);
  status.cache_bytes = readers_->budget().used.load(std::memory_order_relaxed);
  return status;
}

}  // namespace signet
