#include "crypto/seal.h"

#include <gtest/gtest.h>

#include "crypto/password.h"
#include "crypto/random.h"

namespace signet::crypto {
namespace {

TEST(MasterKey, OpensOnlyWhatItSealedForTheSamePurpose) {
  const MasterKey key = *MasterKey::from(random_secret(32));
  const MasterKey other = *MasterKey::from(random_secret(32));
  const std::string sealed = key.seal("keys", as_bytes("private"));

  EXPECT_EQ(as_text(key.open("keys", sealed)->view()), "private");
  EXPECT_NE(sealed, key.seal("keys", as_bytes("private")));
  EXPECT_EQ(key.open("cookies", sealed).error().code, Errc::kMalformed);
  EXPECT_EQ(other.open("keys", sealed).error().code, Errc::kMalformed);
  EXPECT_EQ(key.open("keys", "").error().code, Errc::kMalformed);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string damaged = sealed;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(key.open("keys", damaged)) << i;
  }
}

TEST(MasterKey, MacsDependOnKeyPurposeAndText) {
  const MasterKey key = *MasterKey::from(random_secret(32));
  const MasterKey other = *MasterKey::from(random_secret(32));
  EXPECT_EQ(key.mac("a", "text"), key.mac("a", "text"));
  EXPECT_NE(key.mac("a", "text"), key.mac("b", "text"));
  EXPECT_NE(key.mac("a", "text"), key.mac("a", "texu"));
  EXPECT_NE(key.mac("a", "text"), other.mac("a", "text"));
}

TEST(MasterKey, Has32Bytes) {
  EXPECT_EQ(MasterKey::from(random_secret(31)).error().code, Errc::kInvalidArgument);
}

TEST(Password, MatchesItsHashAlone) {
  const PasswordCost cheap{.memory_kib = 64, .passes = 1};
  const std::string hash = *hash_password("correct horse", cheap);
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << hash;
  EXPECT_TRUE(password_matches(hash, "correct horse"));
  EXPECT_FALSE(password_matches(hash, "correct horsf"));
  EXPECT_FALSE(password_matches(hash, ""));
  EXPECT_FALSE(password_matches("", "correct horse"));
  EXPECT_FALSE(needs_rehash(hash, cheap));
  EXPECT_TRUE(needs_rehash(hash, {.memory_kib = 128, .passes = 1}));
  EXPECT_EQ(hash_password("x", {.memory_kib = 1, .passes = 1}).error().code, Errc::kInvalidArgument);
}

TEST(Random, IdsDiffer) {
  EXPECT_EQ(random_id().size(), 22U);
  EXPECT_NE(random_id(), random_id());
  EXPECT_TRUE(equal(as_bytes("abc"), as_bytes("abc")));
  EXPECT_FALSE(equal(as_bytes("abc"), as_bytes("abd")));
  EXPECT_FALSE(equal(as_bytes("abc"), as_bytes("ab")));
}

}  // namespace
}  // namespace signet::crypto
