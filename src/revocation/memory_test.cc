// What becomes of a follower when memory runs out in the middle: each allocation fails once.
#include <gtest/gtest.h>

#include "base/scarce_memory.h"
#include "revocation/follower.h"
#include "revocation/test_issuer.h"

namespace signet::revocation {
namespace {

Batch batch(std::uint64_t after, std::uint64_t seq, ListRange lists) {
  return {.issued_at = kNow + std::chrono::seconds(seq),
          .epoch = "an epoch whose name takes memory",
          .after = after,
          .seq = seq,
          .revoked = {},
          .lists = lists};
}

/// Does `step` with each of its allocations failing in turn, on a copy of `before` each time. What was interrupted is done again, as
/// the guard does: then nothing may be missing.
template <class Step, class Good>
void interrupt(const Follower& before, Step step, Good good) {
  for (int allocation = 0;; ++allocation) {
    Follower follower = before;
    bool is_interrupted = false;
    try {
      const ScarceMemory memory(allocation, ScarceMemory::Fails::kOnce);
      step(follower);
    } catch (const std::bad_alloc&) {
      is_interrupted = true;
    }
    if (is_interrupted) {
      EXPECT_EQ(follower.position(), before.position()) << "at allocation " << allocation;
      step(follower);
    }
    EXPECT_TRUE(good(follower)) << "at allocation " << allocation;
    if (!is_interrupted) break;
    ASSERT_LT(allocation, 1000);
  }
}

class FollowingInScarceMemory : public testing::Test {
 protected:
  SignedList list(std::uint64_t number, std::initializer_list<std::uint64_t> revoked) const {
    SignedList list = issuer_.list(number, revoked);
    list.epoch = first_.epoch;
    return list;
  }
  Follower started() const {
    Follower follower{std::string(kIssuer)};
    EXPECT_TRUE(follower.take(first_, kNow));
    EXPECT_TRUE(follower.take(list(0, {1}), kNow));
    return follower;
  }
  static bool revoked(const Follower& follower, std::uint64_t index) {
    return follower.set()->is_revoked(RevocationSet::Slot{index});
  }

  TestIssuer issuer_;
  Batch first_ = batch(100, 100, {0, 0});
};

TEST_F(FollowingInScarceMemory, ABatchIsTakenWholeOrNotAtAll) {
  Batch news = batch(100, 102, {0, 1});
  news.revoked[0] = {5};
  news.revoked[1] = {7};
  const auto take = [&](Follower& follower) { EXPECT_TRUE(follower.take(news, kNow)); };
  interrupt(started(), take, [&](const Follower& follower) {
    return follower.position().seq == 102 && revoked(follower, 1) && revoked(follower, 5) &&
           revoked(follower, kListSize + 7);
  });
}

TEST_F(FollowingInScarceMemory, AReloadThatWasInterruptedIsBegunAgain) {
  const Batch gap = batch(150, 150, {0, 0});
  const auto load = [&](Follower& follower) {
    if (follower.is_loading()) return;
    EXPECT_TRUE(follower.take(gap, kNow));
  };
  interrupt(started(), load, [](const Follower& follower) { return follower.is_loading(); });
}

TEST_F(FollowingInScarceMemory, TheLastListOfAReloadBringsAllOrNothing) {
  Follower loading = started();
  ASSERT_TRUE(loading.take(batch(150, 150, {0, 0}), kNow));
  const SignedList news = list(0, {9});
  const auto finish = [&](Follower& follower) {
    if (follower.next().list !=
        0) {  // all are there, but were not put together: it asks for one that does not exist
      follower.fail_request(Errc::kNotFound);
      EXPECT_TRUE(follower.take(batch(150, 151, {0, 0}), kNow));
    }
    EXPECT_TRUE(follower.take(news, kNow));
  };
  interrupt(loading, finish,
            [](const Follower& follower) { return revoked(follower, 9) && !follower.is_loading(); });
}

}  // namespace
}  // namespace signet::revocation
