#include "base/utf8.h"

#include <gtest/gtest.h>

namespace signet {
namespace {

TEST(Utf8, IsWhatRfc3629Says) {
  for (const char* text : {"", "plain", "\x7f", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                           "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
    EXPECT_EQ(mended_utf8(text), text);
  }
  EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
}

// RFC 3629, section 3: "Implementations of the decoding algorithm above MUST protect against decoding invalid
// sequences."
TEST(Utf8, HasNoOverlongFormsSurrogatesNorAnythingCutShort) {
  for (const char* text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2 ", "\xE0\x9F\xBF", "\xE2\x82", "\xED\xA0\x80",
        "\xF0\x8F\xBF\xBF", "\xF0\x9F\x94", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
    EXPECT_TRUE(is_utf8(mended_utf8(text)));
  }
}

TEST(Utf8, IsMendedByteByByte) {
  EXPECT_EQ(mended_utf8("a\xFF\xC3z"), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
  EXPECT_EQ(mended_utf8("cut \xF0\x9F"), "cut \xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace signet
