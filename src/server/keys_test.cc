#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/base64url.h"
#include "crypto/random.h"
#include "server/key_ring.h"
#include "server/master_key.h"
#include "server/private_file.h"
#include "server/test_issuer.h"

namespace signet::server {
namespace {

class KeysTest : public testing::Test {
 protected:
  KeysTest() : config_(test::cheap_config(folder_.path())) {
    auto store = storage::open_sqlite(folder_.path() / "signet.db");
    if (!store) throw std::runtime_error(store.error().what);
    store_ = std::move(*store);
  }

  std::string master_key_error() {
    const auto key = open_master_key(config_, *store_);
    return key ? "(opened)" : key.error().what;
  }
  std::unique_ptr<KeyRing> ring() {
    auto key = open_master_key(config_, *store_);
    if (!key) throw std::runtime_error(key.error().what);
    auto ring = KeyRing::open(config_, *store_, *key, from_unix(1000));
    if (!ring) throw std::runtime_error(ring.error().what);
    return std::move(*ring);
  }
  std::filesystem::path key_file() { return folder_.path() / "master.key"; }

  test::Folder folder_;
  Config config_;
  std::unique_ptr<storage::Store> store_;
};

TEST_F(KeysTest, TheFirstStartMakesAMasterKeyThatOnlyItsOwnerReads) {
  EXPECT_EQ(master_key_error(), "(opened)");
  struct stat status{};
  ASSERT_EQ(::stat(key_file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  EXPECT_EQ(status.st_size, 44);
  EXPECT_EQ(master_key_error(), "(opened)") << "the second start finds it";
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    files += entry.path().filename().string().starts_with("master.key") ? 1 : 0;
  }
  EXPECT_EQ(files, 1) << "drafts are cleaned up";
}

TEST_F(KeysTest, AMasterKeyThatOthersMayReadIsRefusedWithTheCure) {
  ASSERT_EQ(master_key_error(), "(opened)");
  ::chmod(key_file().c_str(), 0640);
  EXPECT_NE(master_key_error().find("(mode 0640); if nobody has, close it with: chmod 600 "),
            std::string::npos);
}

TEST_F(KeysTest, AnotherMasterKeyIsRefused) {
  ASSERT_EQ(master_key_error(), "(opened)");
  config_.master_key = crypto::random_secret(32);
  EXPECT_TRUE(master_key_error().starts_with("this is not the master key that the store"));
}

TEST_F(KeysTest, ALostMasterKeyIsNotReplacedInSilence) {
  ASSERT_EQ(master_key_error(), "(opened)");
  std::filesystem::remove(key_file());
  EXPECT_NE(master_key_error().find("the master key is missing"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(key_file()));
}

TEST_F(KeysTest, ADamagedMasterKeyIsRefused) {
  ASSERT_TRUE(create_private_file(key_file(), as_bytes("not a key\n")));
  EXPECT_NE(master_key_error().find("this file holds something else"), std::string::npos);
}

TEST_F(KeysTest, SystemdsCredentialIsTaken) {
  const Secret bytes = crypto::random_secret(32);
  ASSERT_TRUE(create_private_file(folder_.path() / "signet-master-key",
                                  as_bytes(base64url_encode(bytes.view()) + "\n")));
  config_.credentials_directory = folder_.path();
  ASSERT_EQ(::chmod((folder_.path() / "signet-master-key").c_str(), 0440), 0);  // so it is under DynamicUser=
  EXPECT_EQ(master_key_error(), "(opened)");
  EXPECT_FALSE(std::filesystem::exists(key_file()));
}

TEST_F(KeysTest, APrivateFileIsNeverOverwritten) {
  ASSERT_TRUE(create_private_file(key_file(), as_bytes("first")));
  const auto again = create_private_file(key_file(), as_bytes("second"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::kConflict);
  EXPECT_EQ(as_text((*read_private_file(key_file()))->view()), "first");
}

TEST_F(KeysTest, TheSigningKeyStaysAndRestsSealed) {
  const std::string kid = ring()->keys()->signer.key().kid();
  EXPECT_EQ(ring()->keys()->signer.key().kid(), kid);
  const auto stored = store_->signing_keys();
  ASSERT_TRUE(stored && stored->keys.size() == 1);
  EXPECT_EQ(stored->keys.front().kid, kid);
  EXPECT_EQ(stored->keys.front().sealed_private_jwk.find("{"), std::string::npos);
  EXPECT_EQ(stored->keys.front().public_jwk.find("\"d\""), std::string::npos);
}

TEST_F(KeysTest, PublishedKeysHaveNoPrivateHalf) {
  const auto keys = ring()->keys();
  EXPECT_EQ(keys->jwks.find("\"d\""), std::string::npos);
  EXPECT_NE(keys->jwks.find(keys->signer.key().kid()), std::string::npos);
}

TEST_F(KeysTest, AnotherAlgorithmRetiresTheKeyAndGoesOnPublishingIt) {
  const std::string old_kid = ring()->keys()->signer.key().kid();
  config_.tokens.algorithm = Algorithm::kEd25519;
  const auto keys = ring()->keys();
  EXPECT_EQ(keys->signer.key().algorithm(), Algorithm::kEd25519);
  EXPECT_NE(keys->jwks.find(old_kid), std::string::npos);
}

TEST_F(KeysTest, ASharedSecretIsMadeOnceAndNeverPublished) {
  config_.tokens.algorithm = Algorithm::kHS256;
  const auto keys = ring()->keys();
  EXPECT_EQ(keys->jwks, R"({"keys":[],"version":0})");
  EXPECT_TRUE(keys->signer.key().is_symmetric());
  EXPECT_EQ(ring()->keys()->signer.key().kid(), keys->signer.key().kid());
  const auto file = read_private_file(folder_.path() / "shared-secret.jwk");
  ASSERT_TRUE(file && *file) << "mode 0600, or it would not be read";
}

TEST_F(KeysTest, TheIssuersOwnAudienceHasAKeyThatNobodyElseHas) {
  for (const auto algorithm : {Algorithm::kES256, Algorithm::kHS256}) {
    config_.tokens.algorithm = algorithm;
    const auto keys = ring()->keys();
    const std::string own = keys->own_signer.key().kid();
    EXPECT_NE(own, keys->signer.key().kid());
    EXPECT_TRUE(keys->own_keys.find(own));
    EXPECT_FALSE(keys->own_keys.find(keys->signer.key().kid()));
    EXPECT_EQ(keys->jwks.find(own), std::string::npos);
    EXPECT_EQ(ring()->keys()->own_signer.key().kid(), own) << "the next start and the next node have it too";
  }
}

TEST_F(KeysTest, ASecretFileForAnotherAlgorithmIsRefused) {
  config_.tokens.algorithm = Algorithm::kHS256;
  static_cast<void>(ring());
  config_.tokens.algorithm = Algorithm::kHS512;
  EXPECT_THROW(ring(), std::runtime_error);
}

}  // namespace
}  // namespace signet::server
