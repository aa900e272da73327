// What a C program cannot show: that every code has its number, and that memory which runs out anywhere ends as a code.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/scarce_memory.h"
#include "c/boundary.h"
#include "signet/signer.h"

namespace signet {
namespace {

constexpr const char* kIssuer = "https://an.issuer.whose.name.is.too.long.for.a.small.string.example";
constexpr const char* kAudience = "orders, by a name too long for a small string";

/// Runs `action` with the first, second, ... allocation failing, until it gets through. Each time it must say so.
void starve(const std::function<signet_code()>& action) {
  for (long allowed = 0; allowed < 10'000; ++allowed) {
    ScarceMemory::begin(allowed, ScarceMemory::Fails::kForGood);
    const signet_code code = action();
    if (!ScarceMemory::end()) {
      EXPECT_EQ(code, SIGNET_OK);
      EXPECT_GT(allowed, 0) << "it allocates nothing: this tests nothing";
      return;
    }
    // some allocations are only a convenience: without them it may succeed all the same
    ASSERT_TRUE(code == SIGNET_OK || code == SIGNET_INTERNAL)
        << code << " with " << allowed << " allocations";
  }
  FAIL() << "never gets through";
}

signet_code make_options(signet_option source, std::string_view value, signet_options** made) {
  *made = signet_options_new();
  if (!*made) return SIGNET_INTERNAL;
  signet_options_set_text(*made, SIGNET_ISSUER, kIssuer, SIGNET_NUL_TERMINATED);
  signet_options_set_text(*made, SIGNET_AUDIENCE, kAudience, SIGNET_NUL_TERMINATED);
  return signet_options_set_text(*made, source, value.data(), value.size());
}

struct Sample {
  Key key = *Key::generate(Algorithm::kES256);
  std::string pem = *key.public_key()->pem();
  std::string jwks = KeySet::only(key).jwks();
  std::string token = [this] {
    Claims claims;
    claims.set("iss", kIssuer).set("aud", kAudience).set("exp", system_now() + std::chrono::hours(1));
    claims.set("teams", std::vector<std::string>{"eu", "us"});
    return *Signer::create(key)->sign(claims);
  }();
};

TEST(CInterface, EveryCodeHasANumberOfItsOwn) {
  std::set<int> numbers;
  for (int errc = 0; errc <= static_cast<int>(Errc::kInternal); ++errc) {
    const signet_code code = c::code_of(static_cast<Errc>(errc));
    EXPECT_NE(code, SIGNET_OK);
    EXPECT_TRUE(numbers.insert(code).second) << code;
    EXPECT_EQ(signet_code_name(code), errc_name(static_cast<Errc>(errc)));
  }
  EXPECT_EQ(numbers.size(), static_cast<std::size_t>(SIGNET_INTERNAL));
}

TEST(CInterface, MemoryThatRunsOutWhileAGuardOpensIsACode) {
  const Sample sample;
  starve([&] {
    signet_options* options = nullptr;
    signet_guard* guard = nullptr;
    // Setting may fail, and is not looked at: then opening must fail too.
    (void)make_options(SIGNET_KEY_PEM, sample.pem, &options);
    const char* why = nullptr;
    const signet_code code = options ? signet_guard_open(options, &guard, &why) : SIGNET_INTERNAL;
    EXPECT_EQ(guard != nullptr, code == SIGNET_OK);
    signet_guard_free(guard);
    signet_options_free(options);
    return code;
  });
}

TEST(CInterface, MemoryThatRunsOutWhileKeysLoadIsACode) {
  const Sample sample;
  starve([&] {
    signet_keys* keys = nullptr;
    const signet_code code =
        signet_keys_load(sample.jwks.data(), sample.jwks.size(), nullptr, &keys, nullptr);
    EXPECT_EQ(keys != nullptr, code == SIGNET_OK);
    signet_keys_free(keys);
    return code;
  });
}

TEST(CInterface, MemoryThatRunsOutInACheckIsACode) {
  const Sample sample;
  signet_options* options = nullptr;
  ASSERT_EQ(make_options(SIGNET_KEY_PEM, sample.pem, &options), SIGNET_OK);
  signet_guard* guard = nullptr;
  ASSERT_EQ(signet_guard_open(options, &guard, nullptr), SIGNET_OK);
  starve([&] {
    signet_token* token = nullptr;
    const signet_code code =
        signet_guard_check_token(guard, sample.token.data(), sample.token.size(), &token, nullptr);
    EXPECT_EQ(token != nullptr, code == SIGNET_OK);
    signet_token_free(token);
    return code;
  });
  signet_guard_free(guard);
  signet_options_free(options);
}

TEST(CInterface, MemoryThatRunsOutWhileClaimsAreReadIsACode) {
  const Sample sample;
  signet_options* options = nullptr;
  ASSERT_EQ(make_options(SIGNET_KEY_PEM, sample.pem, &options), SIGNET_OK);
  signet_guard* guard = nullptr;
  ASSERT_EQ(signet_guard_open(options, &guard, nullptr), SIGNET_OK);
  signet_token* token = nullptr;
  ASSERT_EQ(signet_guard_check_token(guard, sample.token.data(), sample.token.size(), &token, nullptr),
            SIGNET_OK);
  starve([&] {
    signet_text* texts = nullptr;
    std::size_t count = 0;
    const signet_code code = signet_token_strings(token, "teams", &texts, &count);
    EXPECT_EQ(count, code == SIGNET_OK ? 2U : 0U);
    signet_free(texts);
    return code;
  });
  const auto starve_json = [](const std::function<signet_code(char**)>& write) {
    starve([&] {
      char* json = nullptr;
      const signet_code code = write(&json);
      EXPECT_EQ(json != nullptr, code == SIGNET_OK);
      signet_free(json);
      return code;
    });
  };
  starve_json([&](char** json) { return signet_token_claims_json(token, json); });
  starve_json([&](char** json) { return signet_guard_status_json(guard, json); });
  signet_token_free(token);
  signet_guard_free(guard);
  signet_options_free(options);
}

}  // namespace
}  // namespace signet
