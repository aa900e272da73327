// What the tests of a guard that follows revocations share: an issuer, and a folder for copies.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "guard/feed_issuer.h"
#include "guard/open.h"

namespace signet::guard {

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
