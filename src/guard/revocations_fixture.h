// What the tests of a guard that follows revocations share: an issuer, and a folder for copies.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "guard/feed_issuer.h"
#include "guard/open.h"

namespace signet::guard {

/// StubbornCache keeps the first answer to each request for keys, whatever anybody says of how long.
class StubbornCache final : public Fetcher {
 public:
  explicit StubbornCache(std::unique_ptr<Fetcher> inner) : inner_(std::move(inner)) {}
  Result<HttpAnswer> fetch(const HttpRequest& request) override {
    if (request.url.find("/jwks.json") == request.url.npos) return inner_->fetch(request);
    const std::lock_guard lock(mutex_);
    if (const auto kept = kept_.find(request.url); kept != kept_.end()) return kept->second;
    const auto answer = inner_->fetch(request);
    if (answer) kept_.emplace(request.url, *answer);
    return answer;
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<Fetcher> inner_;
  std::map<std::string, HttpAnswer> kept_;
};

class RevocationsTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/signet-guard-XXXXXX";
    folder_ = mkdtemp(name);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result<Guard> open(GuardOptions options = {}) {
    options.issuer = FeedIssuer::kUrl;
    options.audience = "orders";
    return open_guard(std::move(options), issuer_.fetcher(), issuer_.clock());
  }
  static RevocationStatus status(const Guard& guard) { return *guard.status().revocations; }
  static void await(const auto& condition) {
    while (!condition()) std::this_thread::yield();
  }
  static void await_sequence(const Guard& guard, std::uint64_t sequence) {
    await([&] { return status(guard).sequence >= sequence; });
  }
  static void expect(const Guard& guard, const std::string& token, Errc code) {
    const auto checked = guard.check_token(token);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, code) << checked.error().what;
  }

  FeedIssuer issuer_;
  FeedIssuer stranger_;
  std::filesystem::path folder_;
};

}  // namespace signet::guard
