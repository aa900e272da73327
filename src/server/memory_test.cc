// Memory that runs out at any moment costs the log no revocation: what it has not taken in is taken in later.
#include "server/revocation_log.h"

#include <gtest/gtest.h>

#include <new>

#include "base/scarce_memory.h"
#include "storage/store_fixture.h"

namespace signet::server {
namespace {

constexpr std::uint32_t kSessions = 50;  // more than one block of the log's memory holds

/// catch_up_starved returns whether `allowed` allocations were enough.
bool catch_up_starved(RevocationLog& log, long allowed) {
  const ScarceMemory memory(allowed, ScarceMemory::Fails::kForGood);
  try {
    return log.catch_up([] {}).has_value();
  } catch (const std::bad_alloc&) {
    return false;
  }
}

void expect_all_revoked(const RevocationLog& log, const revocation::Position& before) {
  const revocation::Batch news = log.answer(before, storage::kNow);
  ASSERT_EQ(news.revoked.size(), 1U);
  EXPECT_EQ(news.revoked.at(0).size(), kSessions);
  const auto list = log.list(0);
  ASSERT_TRUE(list);
  for (const std::uint32_t index : news.revoked.at(0))
    EXPECT_TRUE((*list->bits)[index / 8] >> index % 8 & 1) << index;
}

TEST(RevocationLogMemory, NoRevocationIsLostWhenItRunsOut) {
  const storage::TempFolder folder;
  const auto store = storage::open_sqlite(folder.file()).value();
  storage::use_indices_of(*store);
  const storage::User alice = storage::user_named("alice");
  ASSERT_TRUE(store->create_user(alice));
  ASSERT_TRUE(store->ensure_epoch("e"));
  for (std::uint32_t i = 0; i < kSessions; ++i)
    ASSERT_TRUE(store->open_session(storage::session_of(alice, std::to_string(i)), alice.password_hash));
  std::vector<std::unique_ptr<RevocationLog>> logs;
  for (int i = 0; i < 1000; ++i) logs.push_back(RevocationLog::open(*store).value());
  const revocation::Position before = logs[0]->now().position;
  ASSERT_TRUE(store->revoke_user(alice.id, storage::kNow));

  bool was_enough = false;
  for (std::size_t allowed = 0; allowed < logs.size() && !was_enough; ++allowed) {
    was_enough = catch_up_starved(*logs[allowed], static_cast<long>(allowed));
    ASSERT_TRUE(logs[allowed]->catch_up([] {}));
    expect_all_revoked(*logs[allowed], before);
    if (HasFailure()) FAIL() << "with " << allowed << " allocations";
    logs[allowed].reset();
  }
  EXPECT_TRUE(was_enough);
}

}  // namespace
}  // namespace signet::server
