// The issuer of the simulation: a store that survives crashes, a log that does not, and what really happened.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "revocation/feed_log.h"
#include "revocation/follower.h"
#include "storage/epoch.h"

namespace signet::simulation {

using namespace signet::revocation;
using Random = std::mt19937_64;
using Millis = std::int64_t;  // since the world began

inline constexpr std::string_view kIssuer = "https://auth.example";

inline Time time_at(Millis now) {
  return from_unix(1'700'000'000 + now / 1000);
}

inline std::uint64_t below(Random& random, std::uint64_t bound) {
  return random() % bound;
}
inline bool chance(Random& random, double probability) {
  return static_cast<double>(random() >> 11) * 0x1p-53 < probability;
}

/// Store is what is durable.
struct Store {
  FeedLog::Feed feed{{"epoch-0", 0}, {0, 0}, 1};
  std::uint64_t next_index = 0;       // of a session
  std::vector<std::uint64_t> living;  // the indices of the sessions that it knows and that have not ended
  std::vector<Revocation> revocations;
};

/// Session is what really happened to one, in whatever store.
struct Session {
  std::uint64_t index;
  Millis ended_at = -1;     // when its end was durable; -1: it lives
  std::string ended_epoch;  // and its number there
  std::uint64_t ended_seq = 0;
};

class Issuer {
 public:
  explicit Issuer(Random& random) : random_(random) { recover(); }

  [[nodiscard]] bool is_up() const noexcept { return log_ != nullptr; }
  [[nodiscard]] const std::vector<Session>& sessions() const noexcept { return sessions_; }
  [[nodiscard]] const FeedLog::Feed& feed() const noexcept { return store_.feed; }
  [[nodiscard]] const FeedLog& log() const noexcept { return *log_; }
  [[nodiscard]] std::size_t generation(const std::string& epoch) const {
    return static_cast<std::size_t>(std::stoul(epoch.substr(6)));
  }

  void crash() { log_.reset(); }
  /// Starts again from the store alone. What it still remembers varies, as if rows had been cleared away.
  void recover() {
    const std::uint64_t seq = store_.feed.position.seq;
    const std::uint64_t kept_after = seq - std::min<std::uint64_t>(seq, below(random_, 40));
    std::vector<Revocation> kept;
    for (const Revocation& event : store_.revocations) {
      if (event.seq > kept_after) kept.push_back(event);
    }
    log_ = std::make_unique<FeedLog>(store_.feed, kept_after, kept);
  }

  void back_up() { backup_ = store_; }
  /// An old store in the place of the present one, perhaps not for the first time: a new epoch, in which nothing of the old
  /// ones is live. Sessions that are kept are others from then on: they have new places.
  void restore_backup(Millis now, bool keep_sessions) {
    if (time_at(now) == restored_at_) return;
    restored_at_ = time_at(now);
    store_ = backup_;
    store_.feed.position = {"epoch-" + std::to_string(++generation_), store_.feed.position.seq + 1};
    const storage::EpochStart start{
        .name = store_.feed.position.epoch, .jump = 0, .now = time_at(now), .keep_sessions = keep_sessions};
    const auto last = static_cast<std::int64_t>(store_.feed.lists.last);
    const auto list = static_cast<std::uint64_t>(start.unused_after(last));
    store_.feed.lists = {list, list};
    store_.next_index = list * kListSize;
    for (Session& session : sessions_) end(session, now);
    const std::size_t kept = keep_sessions ? store_.living.size() : 0;
    store_.living.clear();
    for (std::size_t i = 0; i < kept; ++i) add_session();
    recover();
  }

  void open_session() {
    add_session();
    // A list is as good as full after a few: indices far apart in it are all the same to a verifier.
    if (chance(random_, 0.3)) store_.next_index += below(random_, 5000);
    if (store_.next_index / kListSize > store_.feed.lists.last)
      store_.next_index = store_.feed.lists.last * kListSize + 1;
  }

  void revoke_some_session(Millis now) {
    if (sessions_.empty()) return;
    Session& session = sessions_[below(random_, sessions_.size())];
    if (session.ended_at >= 0) return;
    const Revocation event{++store_.feed.position.seq, session.index / kListSize,
                           static_cast<std::uint32_t>(session.index % kListSize)};
    store_.revocations.push_back(event);
    std::erase(store_.living, session.index);
    end(session, now);
    // Durable; and then it may crash before anybody hears of it.
    if (is_up() && chance(random_, 0.97))
      must(log_->revoked(event));
    else
      crash();
  }

  void open_list(Millis now) {
    if (store_.feed.lists.last - store_.feed.lists.first > 2 || !may_open_list(now)) return;
    ++store_.feed.lists.last;
    change_lists();
    store_.next_index = store_.feed.lists.last * kListSize;
  }

  void drop_list(Millis now) {
    if (store_.feed.lists.first == store_.feed.lists.last) return;
    ++store_.feed.lists.first;
    change_lists();
    end_before_first(now);
  }

  void revoke_everyone(Millis now) {
    if (!may_open_list(now)) return;
    store_.feed.lists = {store_.feed.lists.last + 1, store_.feed.lists.last + 1};
    change_lists();
    store_.next_index = store_.feed.lists.last * kListSize;
    end_before_first(now);
  }

  void change_keys() {
    const std::uint64_t seq = ++store_.feed.position.seq;
    must(log_->keys_changed(seq, ++store_.feed.keys));
  }

  [[nodiscard]] SignedList list(std::uint64_t number, Millis now) const {
    auto bits = std::make_shared<Bits>();
    bool is_empty = true;
    for (const Revocation& event : store_.revocations) {
      if (event.list != number) continue;
      (*bits)[event.index / 8] |= static_cast<std::uint8_t>(1U << event.index % 8);
      is_empty = false;
    }
    return {list_uri(kIssuer, number),
            time_at(now),
            time_at(now) + std::chrono::hours(1),
            std::chrono::seconds(60),
            store_.feed.position.epoch,
            store_.feed.position.seq,
            is_empty ? no_revocations() : bits};
  }

 private:
  static void must(const Result<void>& done) {
    if (!done) std::abort();
  }
  void end(Session& session, Millis now) const {
    if (session.ended_at >= 0) return;
    session.ended_at = now;
    session.ended_epoch = store_.feed.position.epoch;
    session.ended_seq = store_.feed.position.seq;
  }
  void end_before_first(Millis now) {
    const auto is_dropped = [&](std::uint64_t index) { return index / kListSize < store_.feed.lists.first; };
    for (Session& session : sessions_) {
      if (is_dropped(session.index)) end(session, now);
    }
    std::erase_if(store_.living, is_dropped);
  }
  /// But for a restore, no list is opened before the second that has its number is over.
  [[nodiscard]] bool may_open_list(Millis now) const {
    return static_cast<std::int64_t>(store_.feed.lists.last) + 1 < unix_seconds(time_at(now));
  }
  void add_session() {
    store_.living.push_back(store_.next_index);
    sessions_.push_back({store_.next_index++, -1, {}, 0});
  }
  void change_lists() { must(log_->lists_changed(++store_.feed.position.seq, store_.feed.lists)); }

  Random& random_;
  Store store_;
  Store backup_;
  std::unique_ptr<FeedLog> log_;
  std::size_t generation_ = 0;
  Time restored_at_{};
  std::vector<Session> sessions_;
};

}  // namespace signet::simulation
