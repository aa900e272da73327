#include "server/revocation_feed.h"

#include <spdlog/spdlog.h>

#include "base/try.h"
#include "crypto/random.h"
#include "server/or_explain.h"

namespace signet::server {
namespace {

constexpr int kSecondsBetweenServices = 10;

}  // namespace

OrExplain<std::unique_ptr<RevocationFeed>> RevocationFeed::open(storage::Store& store, const Clock& clock,
                                                                const crypto::MasterKey& master_key,
                                                                KeyRing& keys, const std::string& issuer,
                                                                std::size_t most_polls) {
  TRY(epoch, or_explain(store.ensure_epoch(crypto::random_id()), "naming the feed of revocations"));
  TRY(log, RevocationLog::open(store));
  spdlog::debug("the feed of revocations is at {} of {}", log->now().position.seq, epoch);
  std::unique_ptr<RevocationFeed> feed(
      new RevocationFeed(std::move(log), store, clock, master_key, keys, issuer, most_polls));
  TRY_DO(or_explain(feed->statement_keys_.reload(), "reading the services"));
  return feed;
}

RevocationFeed::RevocationFeed(std::unique_ptr<RevocationLog> log, storage::Store& store, const Clock& clock,
                               const crypto::MasterKey& master_key, KeyRing& keys, const std::string& issuer,
                               std::size_t most_polls)
    : store_(store),
      master_key_(master_key),
      keys_(keys),
      started_at_(clock.now()),
      log_(std::move(log)),
      statement_keys_(store, master_key, keys),
      indices_(store, *log_),
      lists_(*log_, statement_keys_, issuer),
      polls_(*log_, statement_keys_, verifiers_, clock, issuer, most_polls, [this] { look_around(); }) {
  store_.on_feed_change([this] { catch_up(); });
}

RevocationFeed::~RevocationFeed() {
  store_.on_feed_change({});
}

/// catch_up runs after each transaction that may have added to the feed, before whoever asked for it gets an answer. Of
/// keys that changed, the feed tells once they are published, and it is signed with the new ones.
void RevocationFeed::catch_up() {
  const auto before = log_->now().position;
  const auto caught = log_->catch_up([this] { reload_keys(); });
  if (!caught) {
    spdlog::error("what was revoked could not be read back, and is tried again: {}", caught.error().what);
  }
  if (log_->now().position != before) polls_.wake();
}

void RevocationFeed::reload_keys() {
  if (const auto reloaded = keys_.reload(store_, master_key_); !reloaded) {
    spdlog::error("the signing keys could not be read again: {}", reloaded.error().what);
  }
}

Result<void> RevocationFeed::reload_services() {
  TRY_DO(statement_keys_.reload());
  verifiers_.keep_only(statement_keys_.verifier_keys());
  return {};
}

/// look_around is for what others on the same store have done, and for what failed the last time.
void RevocationFeed::look_around() {
  catch_up();
  if (++seconds_ % kSecondsBetweenServices != 0) return;
  if (const auto reloaded = reload_services(); !reloaded) {
    spdlog::warn("the services could not be read again: {}", reloaded.error().what);
  }
}

}  // namespace signet::server
