#include "base/json_text.h"

#include <gtest/gtest.h>

namespace signet {
namespace {

std::string json(std::string_view text) {
  std::string out = "[";
  append_json_string(out, text);
  return out;
}

// RFC 8259, section 7: "All Unicode characters may be placed within the quotation marks, except for the
// characters that MUST be escaped: quotation mark, reverse solidus, and the control characters (U+0000
// through U+001F)."
TEST(JsonText, EscapesWhatItMustAndNothingElse) {
  EXPECT_EQ(json(""), "[\"\"");
  EXPECT_EQ(json(R"(say "hi" \ /)"), R"(["say \"hi\" \\ /")");
  EXPECT_EQ(json("a\nb\rc\td"), R"(["a\nb\rc\td")");
  EXPECT_EQ(json(std::string_view("\0\x01\b\f\x1f", 5)), R"(["\u0000\u0001\u0008\u000c\u001f")");
  EXPECT_EQ(json("\x7f gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\x91"),
            "[\"\x7f gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\x91\"");
}

}  // namespace
}  // namespace signet
