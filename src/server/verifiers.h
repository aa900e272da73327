// The verifiers that said who they are, and how far each has followed the feed.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "signet/time.h"

namespace signet::server {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Contact is what a verifier says when it asks for the feed.
struct Contact {
  std::string service;
  std::string key;  // hash_verifier_key of its key: with another key it is another verifier
  std::string instance;
  std::string version;
  std::string remote_address;
  std::chrono::seconds max_staleness{};
  std::optional<std::uint64_t> applied;  // everything up to it, of the epoch that counts
};

/// VerifierState is what is known of one.
struct VerifierState {
  Contact contact;
  bool asking = false;  // it waits for the feed now
  Time last_contact{};
  Time fresh_until{};  // past it, it refuses all tokens, unless it hears more
};

/// Progress is how far a revocation has got.
struct Progress {
  std::size_t applied = 0;                 // verifiers that have it
  std::vector<VerifierState> waiting_for;  // those that have not and could still accept what was revoked
  std::chrono::milliseconds took{0};       // until the last of those that have it told so
  [[nodiscard]] std::size_t of() const { return applied + waiting_for.size(); }
};

/// Verifiers is safe to use from many threads. What the holder of one service's key does changes nothing for the
/// verifiers of another.
class Verifiers {
 public:
  static constexpr std::size_t kMostOfService = 10'000;

  /// heard takes down that a verifier asks, and that it has applied what it says. False: its service has too many that
  /// ask just now, so that it is not listed.
  [[nodiscard]] bool heard(const Contact& contact, Time now);
  /// told takes down that it was answered with a statement issued at `now`.
  void told(const Contact& contact, Time now);
  /// gone takes down that it asks no more, and was not answered.
  void gone(const Contact& contact);
  /// keep_only forgets those whose key is not among `keys`.
  void keep_only(const std::set<std::string>& keys);

  /// note_revocation remembers when the revocation `seq` was durable, for progress() to measure from.
  void note_revocation(std::uint64_t seq, Time now);

  /// progress tells who has applied everything up to `seq`. A token that was revoked by it lives until `expired` at the
  /// latest: then nobody is waited for.
  [[nodiscard]] Progress progress(std::uint64_t seq, Time expired, Time now) const;

  [[nodiscard]] std::vector<VerifierState> list(Time now) const;

 private:
  struct Ack {
    std::uint64_t seq;
    SteadyTime at;
  };
  struct Known {
    VerifierState state;
    unsigned polls = 0;
    std::deque<Ack> acks;  // the newest ones
  };
  struct Noted {
    std::uint64_t seq;
    SteadyTime at;
  };
  using Name = std::pair<std::string, std::string>;  // key, instance
  using Group = std::map<Name, Known>;

  [[nodiscard]] static bool make_room(Group& group, Time now);
  [[nodiscard]] Known* find(const Contact& contact);
  [[nodiscard]] std::optional<std::chrono::milliseconds> time_taken(const Known& known,
                                                                    std::uint64_t seq) const;

  mutable std::mutex mutex_;
  std::map<std::string, Group> services_;
  std::deque<Noted> noted_;
};

}  // namespace signet::server
