// The verifier's side of the feed, as a pure state machine: it is told what came, and says what to ask for next.
//
//   Follower follower(issuer);
//   for (;;) {
//     publish(follower.set());     // and, before the next request, since that acknowledges:
//     write(follower.snapshot());  // if it is to survive a restart
//     Request request = follower.next();
//     ... sleep request.delay, fetch, verify_batch() or verify_list(), then one of
//     follower.take(batch, now);   follower.take(list, now);   follower.fail_request(error.code);
//   }
//
// docs/revocation-feed.md gives the rules. Not for concurrent use; the sets that it hands out are.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "revocation/batch.h"
#include "revocation/status_list.h"

namespace signet::revocation {

/// Request is what a follower wants next.
struct Request {
  enum class Kind : std::uint8_t { kFeed, kList };
  Kind kind = Kind::kFeed;
  std::optional<Position> after{};  // kFeed: where it stands; none when it starts from cold
  bool may_wait = false;            // kFeed: the answer is not urgent; else ask with wait=0
  std::uint64_t list = 0;           // kList: which one
  bool past_caches = false;         // whatever caches are in between have been no help: ask the issuer itself
  /// After failures: how long to hold back; for the caller to vary at random.
  std::chrono::milliseconds delay{0};
};

class Follower {
 public:
  /// kMaxAhead is how far a statement's `iat` may lie in the future, which is how far clocks may be apart.
  static constexpr std::chrono::seconds kMaxAhead{600};

  /// Starts from cold: it has no set until it has read the feed and all lists.
  explicit Follower(std::string issuer);

  /// restore starts from what snapshot() wrote. kMalformed: damaged, cut short, of another issuer or another
  /// format; then nothing of it is used.
  [[nodiscard]] static Result<Follower> restore(ByteView snapshot, std::string issuer);

  /// snapshot returns what is known, to be kept on disk. Only for a follower that has a set.
  [[nodiscard]] Bytes snapshot() const;

  /// next is what to ask for now; the same until something is taken or has failed.
  [[nodiscard]] Request next() const;
  /// delay is next().delay.
  [[nodiscard]] std::chrono::milliseconds delay() const noexcept;

  /// take a verified batch. kConflict: an old one, replayed or overtaken, or not the time for one; kNotYetValid: its `iat` lies
  /// too far ahead. What is refused changes nothing but how next() asks; neither does what std::bad_alloc
  /// interrupts. (But when `now` shows that clocks were ahead, fresh_at() is not known any more.)
  [[nodiscard]] Result<void> take(const Batch& batch, Time now);

  /// take a verified list. kConflict: not one that is wanted, or of another epoch. std::bad_alloc as above.
  [[nodiscard]] Result<void> take(const SignedList& list, Time now);

  /// fail_request tells of a request that brought nothing: no answer, or one that did not verify. kNotFound: there is no such list.
  void fail_request(Errc code);

  /// set is null until the first time that all lists are there.
  [[nodiscard]] const std::shared_ptr<const RevocationSet>& set() const noexcept { return set_; }
  /// Every revocation up to here is in set().
  [[nodiscard]] const Position& position() const noexcept { return position_; }
  /// Every revocation before this time is in set(): a signed time, never one of receipt. Compare it with the time now.
  [[nodiscard]] Time fresh_at() const noexcept { return fresh_at_; }
  /// The newest version of the key set that a signed statement has told of: 0 before the first.
  [[nodiscard]] std::uint64_t keys() const noexcept { return keys_; }
  /// True while lists are being loaded; set() may be an older one meanwhile.
  [[nodiscard]] bool is_loading() const noexcept { return !set_ || loading_; }

 private:
  /// Loading is a reload under way, on the word of a batch that told which lists there are.
  struct Loading {
    Batch anchor;
    std::map<std::uint64_t, SignedList> lists;
  };

  [[nodiscard]] Result<void> refuse(Errc code, const char* what);
  [[nodiscard]] Result<void> follow(const Batch& batch, Time now);
  void forget_times(Time now);
  void load(const Batch& anchor);
  void finish_loading(Time now);
  void apply(const Batch& batch);

  std::string issuer_;
  std::shared_ptr<const RevocationSet> set_;
  Position position_;
  Time fresh_{};              // as signed, perhaps by a clock that is ahead
  Time fresh_at_{};           // the same by this clock
  Time newest_iat_{};         // of all batches taken: what is older is a replay
  std::string newest_epoch_;  // which that one was of
  std::uint64_t keys_ = 0;
  std::optional<Loading> loading_;
  bool is_current_ = false;  // the last batch was the issuer's last word
  bool past_caches_ = false;
  unsigned failures_ = 0;  // in a row
  unsigned reloads_ = 0;   // since a batch was followed
};

}  // namespace signet::revocation
