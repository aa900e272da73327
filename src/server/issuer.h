// The issuer: one process that signs users in and issues tokens. What `signet serve` runs.
//
//   auto issuer = server::Issuer::open(*config);
//   if (!issuer) return complain(issuer.error().what);
//   if (const auto& password = (*issuer)->first_admin_password()) show_once("admin", *password);
//   (*issuer)->run();
//
// open, run and the destructor belong to one thread; the others may be called from any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/operator_error.h"
#include "server/config.h"

namespace signet::server {

class Issuer {
 public:
  /// open makes or opens the data folder, the store and the keys, creates the administrator on the first
  /// start, and listens; clients wait until run(). Fails with a sentence for the operator. `clock` must
  /// outlive the issuer.
  [[nodiscard]] static OrExplain<std::unique_ptr<Issuer>> open(const Config& config,
                                                               const Clock& clock = system_clock());

  ~Issuer();
  Issuer(const Issuer&) = delete;
  Issuer& operator=(const Issuer&) = delete;

  /// port is the one that is listened on.
  [[nodiscard]] std::uint16_t port() const;

  /// url is the issuer's name: what tokens hold as `iss`.
  [[nodiscard]] const std::string& url() const;

  /// first_admin_password is there when this start made the user `admin`. To be shown once; only its hash is
  /// kept.
  [[nodiscard]] const std::optional<std::string>& first_admin_password() const;

  /// run serves until stop(), SIGINT or SIGTERM. A signal that came since open() began counts too.
  void run();
  void stop();

 private:
  struct State;
  explicit Issuer(std::unique_ptr<State> state);
  [[nodiscard]] static const Clock& system_clock();

  std::unique_ptr<State> state_;
};

/// PublishedKey is a signing key as an operator names it.
struct PublishedKey {
  std::string kid;
  std::string algorithm;
  std::string state;  // "next", "active" or "retired"
};

/// Restored is what the operator hears of a backup that was copied back.
struct Restored {
  std::vector<PublishedKey>
      keys;           // in force, also those dropped after the backup; none where the APIs share a secret
  Time again_from{};  // before this time, the same backup may not be restored again
};

/// start_epoch_after_restore tells the store that a backup was copied back, while the issuer is stopped: verifiers hear of
/// it and load everything anew. All sessions end, since some of them may have been revoked after the backup was
/// made; or they are kept, and their tokens have to be refreshed. For `signet admin restored`.
[[nodiscard]] OrExplain<Restored> start_epoch_after_restore(const Config& config, const Clock& clock,
                                                            bool keep_sessions);

/// reset_admin gives the user `admin` a new password, which it returns, makes it an enabled administrator
/// again, and ends its sessions; it creates the user when there is none. For `signet admin reset`, while the
/// issuer is stopped.
[[nodiscard]] OrExplain<std::string> reset_admin(const Config& config, const Clock& clock);

}  // namespace signet::server
