// What a guard acknowledges is in force, and kept, whichever allocation of its thread fails.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/scarce_memory.h"
#include "guard/revocations_fixture.h"

namespace signet::guard {
namespace {

/// Makes memory scarce once the next answer has come: for what a guard's thread makes of that.
class Starving final : public Fetcher {
 public:
  Starving(std::unique_ptr<Fetcher> inner, std::atomic<long>& allowed, std::atomic<long>& failed)
      : inner_(std::move(inner)), allowed_(allowed), failed_(failed) {}

  Result<HttpAnswer> fetch(const HttpRequest& request) override {
    failed_ += ScarceMemory::end();
    auto answer = inner_->fetch(request);
    if (const long allowed = allowed_.exchange(-1); allowed >= 0)
      ScarceMemory::begin(allowed, ScarceMemory::Fails::kOnce);
    return answer;
  }

 private:
  std::unique_ptr<Fetcher> inner_;
  std::atomic<long>& allowed_;  // below 0: nothing is to fail
  std::atomic<long>& failed_;   // allocations
};

/// One guard, one revocation and one dropped key, while one allocation after either answer fails.
class Case {
 public:
  Case(const std::filesystem::path& folder, long allowed) : folder_(folder), allowed_(allowed) {}

  /// Returns how many allocations failed.
  long run() {
    const Guard guard = *open_guard(
        {.issuer = FeedIssuer::kUrl, .audience = "orders", .cache_dir = folder_, .verifier_key = "secret"},
        std::make_unique<Starving>(issuer_.fetcher(), starving_, failed_), issuer_.clock());
    const std::string token = issuer_.token(0, 1);
    starving_ = allowed_;
    issuer_.revoke(0, 1);
    await_acknowledged(1);
    expect_refused(guard, token, Errc::kRevoked);
    expect_refused_after_a_restart(token, Errc::kRevoked);

    const std::string of_old_key = issuer_.token(0, 2);
    starving_ = allowed_;
    issuer_.change_key();
    await_acknowledged(2);
    expect_refused(guard, of_old_key, Errc::kUnknownKey);
    issuer_.go_down();
    return failed_;
  }

 private:
  void await_acknowledged(std::uint64_t sequence) {
    const std::string wanted = "after=" + std::to_string(sequence);
    for (std::size_t seen = 0;; std::this_thread::yield()) {
      const auto requests = issuer_.requests();
      for (; seen < requests.size(); ++seen) {
        if (requests[seen].url.find(wanted) == std::string::npos) continue;
        for (const auto& [name, value] : requests[seen].headers) {
          if (name == "Authorization") return;
        }
      }
    }
  }
  void expect_refused(const Guard& guard, const std::string& token, Errc code) const {
    const auto checked = guard.check_token(token);
    ASSERT_FALSE(checked) << "allocation " << allowed_;
    EXPECT_EQ(checked.error().code, code) << "allocation " << allowed_;
  }
  /// With the issuer down: from the copies alone.
  void expect_refused_after_a_restart(const std::string& token, Errc code) {
    FeedIssuer down;
    down.go_down();
    const auto guard = open_guard({.issuer = FeedIssuer::kUrl, .audience = "orders", .cache_dir = folder_},
                                  down.fetcher(), down.clock());
    ASSERT_TRUE(guard) << "allocation " << allowed_ << ": " << guard.error().what;
    expect_refused(*guard, token, code);
  }

  const std::filesystem::path folder_;
  const long allowed_;
  FeedIssuer issuer_;
  std::atomic<long> starving_ = -1;
  std::atomic<long> failed_ = 0;
};

TEST(GuardInScarceMemory, AcknowledgesWhatIsInForceAndNothingElse) {
  constexpr long kMost = 100;  // more than follow an answer
  char name[] = "/tmp/signet-guard-XXXXXX";
  const std::filesystem::path folder = mkdtemp(name);
  std::array<std::atomic<long>, kMost> failed{};
  std::vector<std::jthread> threads;  // each holds back for a moment after its failure: all at once
  for (long allowed = 0; allowed < kMost; ++allowed) {
    threads.emplace_back([&folder, &failed, allowed] {
      failed[static_cast<std::size_t>(allowed)] = Case(folder / std::to_string(allowed), allowed).run();
    });
  }
  threads.clear();
  EXPECT_EQ(failed.front(), 2);  // one for each of the two
  EXPECT_EQ(failed.back(), 0);   // no allocation was left out
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace signet::guard
