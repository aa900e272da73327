// Status lists as signed statements, made when somebody asks, and again when they have changed or grown old.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "server/revocation_log.h"
#include "server/statement_keys.h"

namespace signet::server {

/// ListStatements is safe to use from many threads.
class ListStatements {
 public:
  /// kTtl is for how long a list may be cached on its way.
  static constexpr std::chrono::seconds kTtl{60};
  /// kLifetime is when it is of no use any more.
  static constexpr std::chrono::seconds kLifetime{600};

  /// All are borrowed. `issuer` is read from the first request on.
  ListStatements(const RevocationLog& log, const StatementKeys& keys, const std::string& issuer)
      : log_(log), keys_(keys), issuer_(issuer) {}

  /// statement returns a list, signed for an audience. kNotFound: no such list is live, or no such audience.
  [[nodiscard]] Result<std::shared_ptr<const std::string>> statement(std::uint64_t list,
                                                                     const std::string& audience, Time now);

 private:
  struct Deflated {
    revocation::Position position;  // every revocation up to here is in it
    std::uint64_t changed = 0;
    revocation::List bits;
    std::shared_ptr<const Bytes> stream;
  };
  struct Signed {
    std::shared_ptr<const std::string> text;
    std::uint64_t changed = 0;
    std::uint64_t seq = 0;
    Time issued_at{};
    std::string kid;
  };
  using Place = std::pair<std::uint64_t, std::string>;  // list, audience

  [[nodiscard]] Result<Deflated> deflated(std::uint64_t list, std::uint64_t changed);
  [[nodiscard]] bool is_good(const Signed& known, const Key& key, std::uint64_t changed, Time now) const;
  void forget_dropped();

  const RevocationLog& log_;
  const StatementKeys& keys_;
  const std::string& issuer_;
  std::mutex mutex_;  // also while one is made: whoever else asks waits for it instead of making it too
  std::map<std::uint64_t, Deflated> deflated_;
  std::map<Place, Signed> signed_;
};

}  // namespace signet::server
