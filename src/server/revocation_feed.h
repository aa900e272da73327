// Revocation, as the issuer's handlers use it: what is revoked, for whom it is signed, who waits for it.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/operator_error.h"
#include "server/feed_polls.h"
#include "server/list_statements.h"
#include "server/status_indices.h"

namespace signet::server {

class RevocationFeed {
 public:
  /// open reads the feed from the store, and follows it from then on. All are borrowed; `issuer` is read from the first
  /// request on. At most `most_polls` verifiers wait for news at once. Fails with a sentence for the operator.
  [[nodiscard]] static OrExplain<std::unique_ptr<RevocationFeed>> open(
      storage::Store& store, const Clock& clock, const crypto::MasterKey& master_key, KeyRing& keys,
      const std::string& issuer, std::size_t most_polls);
  ~RevocationFeed();
  RevocationFeed(const RevocationFeed&) = delete;
  RevocationFeed& operator=(const RevocationFeed&) = delete;

  /// reload_services reads services and verifiers' keys again, after a change: the verifiers of a key that is gone are
  /// forgotten.
  [[nodiscard]] Result<void> reload_services();

  [[nodiscard]] const RevocationLog& log() const { return *log_; }
  [[nodiscard]] StatusIndices& indices() { return indices_; }
  [[nodiscard]] const StatementKeys& statement_keys() const { return statement_keys_; }
  [[nodiscard]] ListStatements& lists() { return lists_; }
  [[nodiscard]] Verifiers& verifiers() { return verifiers_; }
  [[nodiscard]] FeedPolls& polls() { return polls_; }
  [[nodiscard]] Time started_at() const { return started_at_; }

 private:
  RevocationFeed(std::unique_ptr<RevocationLog> log, storage::Store& store, const Clock& clock,
                 const crypto::MasterKey& master_key, KeyRing& keys, const std::string& issuer,
                 std::size_t most_polls);
  void catch_up();
  void reload_keys();
  void look_around();

  int seconds_ = 0;  // that look_around has counted

  storage::Store& store_;
  const crypto::MasterKey& master_key_;
  KeyRing& keys_;
  const Time started_at_;
  std::unique_ptr<RevocationLog> log_;
  StatementKeys statement_keys_;
  StatusIndices indices_;
  Verifiers verifiers_;
  ListStatements lists_;
  FeedPolls polls_;  // last: its thread uses the others
};

}  // namespace signet::server
