#include "base/authorization.h"

#include <gtest/gtest.h>

namespace signet {
namespace {

// RFC 6750 §2.1: "Resource servers MUST support this method."
TEST(Authorization, TakesTheTokenAndNothingElse) {
  for (const char* header : {"Bearer a.b.c", "bearer a.b.c", "bEARER   a.b.c"}) {
    EXPECT_EQ(bearer_token(header), "a.b.c") << header;
  }
  for (const char* header : {"", "Bearer", "Bearer ", "Bearer   ", "Basic a.b.c", "Bearera.b.c",
                             "Bearers a.b.c", "a.b.c", " Bearer a.b.c", "Bearer\ta", "Beare",
                             "\xE2"
                             "earer a.b.c"}) {
    EXPECT_EQ(bearer_token(header), "") << header;
  }
  EXPECT_EQ(bearer_token("Bearer a b "), "a b ") << "what is wrong with the token, its reader says";
  EXPECT_EQ(credentials_of("BASIC  YTpi", "Basic"), "YTpi");
}

TEST(Authorization, OnlyLettersHaveACase) {
  EXPECT_TRUE(equal_ignoring_case("aZ09-_", "Az09-_"));
  EXPECT_FALSE(equal_ignoring_case("@[`{", "`{@["));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_FALSE(equal_ignoring_case("\xC3\xA4", "\xC3\x84"));
}

}  // namespace
}  // namespace signet
