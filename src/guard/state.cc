#include "guard/state.h"

#include <unistd.h>

#include "base/try.h"

namespace signet {
namespace {

/// Whether what is known of revocations lets a token pass: `slot` is its place in the lists.
Result<void> judge(RevocationSet::Slot slot, const guard::Knowledge& known, Time now) {
  if (!known.revocations) return {};
  if (known.is_stale(now)) {
    return fail(Errc::kStale,
                "out of touch with the issuer for so long that revocations may have been missed");
  }
  if (!known.revocations->is_revoked(slot)) return {};
  return known.revocations->check(slot);
}

/// The place of a verified token in the lists. kMalformed: it has none, and then nobody can tell whether it was revoked.
Result<RevocationSet::Slot> find_slot(const VerifiedToken& token, const guard::Knowledge& known) {
  if (!known.revocations) return RevocationSet::Slot{};
  if (token.status()) {
    if (const auto slot = known.revocations->slot(*token.status())) return *slot;
  }
  return fail(Errc::kMalformed,
              "the token does not say where its revocation would stand, among this issuer's lists");
}

}  // namespace

Guard::State::State(Parts parts, std::unique_ptr<guard::Fetcher> fetcher)
    : verifier_(parts.policy),
      leeway_(parts.policy.expectations().leeway),
      clock_(std::move(parts.clock)),
      readers_(std::make_shared<guard::Readers>(parts.cache_bytes)),
      fetcher_(std::move(fetcher)) {}

/// First of all out of AtExit's hands, which waits for it there: two threads must not end the same ones at once.
Guard::State::~State() {
  at_exit_.reset();
  stop();
}

std::shared_ptr<Guard::State> Guard::State::make(Parts parts, std::unique_ptr<guard::Fetcher> fetcher) {
  return {new State(std::move(parts), std::move(fetcher)), [opener = getpid()](State* state) {
            if (getpid() == opener) delete state;
          }};
}

void Guard::State::stop() noexcept {
  if (remote_keys_) remote_keys_->request_stop();  // both at once: one may be waiting for the other
  if (remote_revocations_) remote_revocations_->stop();
  if (remote_keys_) remote_keys_->stop();
}

Result<void> Guard::State::fetch_keys(const guard::RemoteKeys::Options& options) {
  remote_keys_.emplace(options, *fetcher_, *clock_, board_);
  TRY_DO(remote_keys_->start());
  at_exit_.emplace([this] { stop(); });
  return {};
}

Result<void> Guard::State::follow_revocations(guard::RemoteRevocations::Options options) {
  remote_revocations_.emplace(std::move(options), *fetcher_, *clock_, board_,
                              remote_keys_ ? &*remote_keys_ : nullptr);
  TRY_DO(remote_revocations_->start());
  at_exit_.emplace([this] { stop(); });
  return {};
}

Result<VerifiedToken> Guard::State::check_token(std::string_view token) {
  guard::Reader* const reader = guard::Readers::mine(readers_);
  const Time now = clock_->now();
  if (!reader) return check_without_reader(token, now);

  const guard::Knowledge& known = reader->catch_up(board_);
  if (const auto* const found = reader->cache().find(token, known.key_generation, now)) {
    TRY_DO(judge(found->slot, known, now));
    return found->verified;
  }
  TRY(verified, verify(token, known, now));
  TRY(slot, find_slot(verified, known));
  reader->cache().insert(token, {verified, slot},
                         {known.key_generation, now, verified.expires_at() + leeway_});
  TRY_DO(judge(slot, known, now));
  return std::move(verified);
}

Result<VerifiedToken> Guard::State::check_without_reader(std::string_view token, Time now) {
  const auto known = board_.newest();
  TRY(verified, verify(token, *known, now));
  TRY(slot, find_slot(verified, *known));
  TRY_DO(judge(slot, *known, now));
  return std::move(verified);
}

Result<VerifiedToken> Guard::State::verify(std::string_view token, const guard::Knowledge& known, Time now) {
  auto verified = verifier_.verify(token, *known.keys, now);
  if (!verified && verified.error().code == Errc::kUnknownKey && remote_keys_)
    remote_keys_->look_for_key_of(token);
  return verified;
}

GuardStatus Guard::State::status() const {
  GuardStatus status = remote_keys_ ? remote_keys_->status() : GuardStatus{};
  const auto known = board_.newest();
  status.keys = known->keys->keys().size();
  if (!remote_keys_) status.skipped_keys = known->keys->skipped();
  status.cached_tokens = readers_->budget().tokens.load(std::memory_order_relaxed);
  status.cache_bytes = readers_->budget().used.load(std::memory_order_relaxed);
  if (remote_revocations_) status.revocations = remote_revocations_->status();
  return status;
}

}  // namespace signet
