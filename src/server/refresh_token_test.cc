#include "server/refresh_token.h"

#include <gtest/gtest.h>

#include "crypto/random.h"

namespace signet::server {
namespace {

class RefreshTokenTest : public testing::Test {
 protected:
  crypto::MasterKey key_ = *crypto::MasterKey::from(crypto::random_secret(32));
  std::string text_ = write_refresh_token(key_, {.session = "AbC-_9", .counter = 12});
};

TEST_F(RefreshTokenTest, ComesBack) {
  EXPECT_TRUE(text_.starts_with("AbC-_9.12."));
  const auto token = read_refresh_token(key_, text_);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->session, "AbC-_9");
  EXPECT_EQ(token->counter, 12);
}

TEST_F(RefreshTokenTest, AnyChangeOfAByteIsNoticed) {
  for (std::size_t i = 0; i < text_.size(); ++i) {
    std::string changed = text_;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(read_refresh_token(key_, changed)) << i;
  }
  for (std::size_t i = 0; i < text_.size(); ++i)
    EXPECT_FALSE(read_refresh_token(key_, text_.substr(0, i))) << i;
  for (const std::string& wrong : {text_ + "A", text_ + ".", "." + text_, std::string(), std::string("..")}) {
    EXPECT_FALSE(read_refresh_token(key_, wrong)) << wrong;
  }
}

TEST_F(RefreshTokenTest, AnotherKeyDoesNotKnowIt) {
  const auto other = *crypto::MasterKey::from(crypto::random_secret(32));
  EXPECT_FALSE(read_refresh_token(other, text_));
}

TEST_F(RefreshTokenTest, ACookieIsNoRefreshTokenAndTheOtherWayRound) {
  const std::string cookie = write_session_cookie(key_, "AbC-_9");
  EXPECT_EQ(read_session_cookie(key_, cookie), "AbC-_9");
  EXPECT_FALSE(read_refresh_token(key_, cookie));
  EXPECT_FALSE(read_session_cookie(key_, text_));
  EXPECT_FALSE(read_refresh_token(key_, write_session_cookie(key_, "AbC-_9.12")));
}

}  // namespace
}  // namespace signet::server
