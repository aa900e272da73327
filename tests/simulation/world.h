// One world: an issuer, a network that nobody can trust, and the verifiers behind it, on a clock that is a number. All of it
// follows from the seed.
#pragma once

#include <functional>
#include <map>
#include <queue>
#include <stdexcept>
#include <variant>

#include "issuer.h"

namespace signet::simulation {

/// Broken is thrown when something that must always hold does not.
struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class World {
 public:
  explicit World(std::uint64_t seed);
  /// run lives through the trouble and then the calm after it. Broken.
  void run();

  [[nodiscard]] std::size_t verifiers() const noexcept { return verifiers_.size(); }

 private:
  using Answer = std::variant<Batch, SignedList, Errc>;

  struct Verifier {
    explicit Verifier(Follower fresh) : follower(fresh), on_disk(std::move(fresh)) {}
    Follower follower;
    Follower on_disk;  // what a restart finds; as bytes when it does
    std::optional<Position> acknowledged;
    std::chrono::seconds clock_error{0};
    std::uint64_t request = 0;  // the one that it waits for
    std::vector<bool> refused;  // which sessions it has refused as revoked
  };

  void at(Millis when, std::function<void()> what);
  void trouble(Millis until);
  void meddle();  // something happens to the issuer
  void ask(std::size_t verifier);
  void wait_at_issuer(std::size_t verifier, std::uint64_t request, const Request& asked, Millis until);
  void answer(std::size_t verifier, std::uint64_t request, const Answer& answer);
  void deliver(std::size_t verifier, std::uint64_t request, const Answer& answer);
  void take(Verifier& verifier, const Answer& answer);
  void restart(std::size_t verifier);
  void must_hold(Verifier& verifier);
  void must_have_converged() const;
  [[nodiscard]] Answer from_cache(const Request& asked, const Answer& fresh);
  [[nodiscard]] Time clock_of(const Verifier& verifier) const { return time_at(now_) + verifier.clock_error; }

  struct Event {
    Millis when;
    std::uint64_t order;
    std::function<void()> what;
    bool operator>(const Event& other) const {
      return when != other.when ? when > other.when : order > other.order;
    }
  };

  Random random_;
  Issuer issuer_;
  std::vector<Verifier> verifiers_;
  std::vector<Batch> old_batches_;  // what a cache may answer with
  std::vector<SignedList> old_lists_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t order_ = 0;
  Millis now_ = 0;
  bool is_calm_ = false;
  double loss_, replay_, restarts_;
  std::size_t most_;  // revocations in a batch
};

}  // namespace signet::simulation
