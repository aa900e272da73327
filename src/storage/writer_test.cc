#include "storage/writer.h"

#include <gtest/gtest.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <future>
#include <latch>

#include "base/try.h"
#include "storage/statement.h"

namespace signet::storage {
namespace {

class WriterTest : public testing::Test {
 protected:
  WriterTest() {
    EXPECT_TRUE(writer_.run([](soci::session& session) -> Result<void> {
      session << "create table numbers (number integer not null unique) strict";
      return {};
    }));
  }

  static Result<void> add(soci::session& session, std::int64_t number) {
    Statement(session, "insert into numbers (number) values (:number)").with(number).run();
    return {};
  }

  std::int64_t sum() {
    std::int64_t total = 0;
    EXPECT_TRUE(writer_.run([&](soci::session& session) -> Result<void> {
      Statement(session, "select coalesce(sum(number), 0) from numbers").into(total).run();
      return {};
    }));
    return total;
  }

  /// together runs works side by side, behind one that keeps the writer busy until all of them are on their
  /// way.
  std::vector<Result<void>> together(const std::vector<Writer::Work>& works) {
    std::latch busy(1), on_their_way(static_cast<std::ptrdiff_t>(works.size()));
    auto first = std::async(std::launch::async, [&] {
      return writer_.run([&](soci::session&) -> Result<void> {
        busy.count_down();
        on_their_way.wait();
        return {};
      });
    });
    busy.wait();
    std::vector<std::future<Result<void>>> running;
    for (const auto& work : works) {
      running.push_back(std::async(std::launch::async, [&] {
        on_their_way.count_down();
        return writer_.run(work);
      }));
    }
    EXPECT_TRUE(first.get());
    std::vector<Result<void>> results;
    for (auto& result : running) results.push_back(result.get());
    return results;
  }

  Writer writer_{std::make_unique<soci::session>(soci::sqlite3, ":memory:")};
};

TEST_F(WriterTest, UndoesOnlyTheWorkThatFailedOrThrew) {
  const auto results = together({
      [](soci::session& session) { return add(session, 1); },
      [](soci::session& session) -> Result<void> {
        TRY_DO(add(session, 10));
        return fail(Errc::kConflict, "no");
      },
      [](soci::session& session) -> Result<void> {
        TRY_DO(add(session, 100));
        throw std::runtime_error("thrown");
      },
      [](soci::session& session) { return add(session, 1000); },
  });
  EXPECT_TRUE(results[0]);
  EXPECT_EQ(results[1].error().code, Errc::kConflict);
  EXPECT_EQ(results[2].error().code, Errc::kInternal);
  EXPECT_TRUE(results[3]);
  EXPECT_EQ(sum(), 1001);
}

TEST_F(WriterTest, AcknowledgesNobodyWhenTheTransactionCannotBeSaved) {
  const auto results = together({
      [](soci::session& session) -> Result<void> {
        TRY_DO(add(session, 1));
        session << "release savepoint job";  // so that it cannot be undone alone
        return fail(Errc::kConflict, "no");
      },
  });
  EXPECT_EQ(results[0].error().code, Errc::kUnavailable);
  EXPECT_EQ(sum(), 0) << "and the writer works again";
}

}  // namespace
}  // namespace signet::storage
