#include "base/base64url.h"

#include <gtest/gtest.h>

namespace signet {
namespace {

// RFC 4648 §10, with '-' and '_' and without padding.
TEST(Base64Url, EncodesTheVectorsOfTheRfc) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64url_encode(as_bytes(bytes)), text);
    const auto decoded = base64url_decode(text);
    ASSERT_TRUE(decoded) << text;
    EXPECT_EQ(as_text(*decoded), bytes);
  }
}

// RFC 7515 appendix C: "3 236 255 224 193" is "A-z_4ME".
TEST(Base64Url, UsesTheUrlAlphabet) {
  const Bytes bytes = {3, 236, 255, 224, 193};
  EXPECT_EQ(base64url_encode(bytes), "A-z_4ME");
  EXPECT_EQ(base64url_decode("A-z_4ME"), bytes);
}

TEST(Base64Url, EveryByteStringComesBack) {
  Bytes bytes;
  for (int length = 0; length < 300; ++length) {
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    bytes.push_back(static_cast<std::uint8_t>(length * 37));
  }
}

TEST(Base64Url, NoOtherSpellingDecodes) {
  for (const char* text : {"Zg==", "Zg=", "Zg\n", " Zg", "Z g", "A+z/4ME", "Zm9%3d", "Zh", "Zm9", "A",
                           "AAAAA", "Zm9v\r\n", "====", "Zm9v=", "\xc5\xbdg"}) {
    const auto decoded = base64url_decode(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, Errc::kMalformed);
  }
}

// All texts of two characters: exactly the 256 that encode a byte may decode, each to its own byte.
TEST(Base64Url, IsInjective) {
  int accepted = 0;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      const auto decoded = base64url_decode(text);
      if (!decoded) continue;
      ++accepted;
      EXPECT_EQ(base64url_encode(*decoded), text);
    }
  }
  EXPECT_EQ(accepted, 256);
}

/// The characters of long texts are decoded 32 at a time, those of short ones four at a time.
Result<Bytes> decode_in_groups(std::string_view text) {
  Bytes all;
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const auto group = base64url_decode(text.substr(at, 4));
    if (!group) return std::unexpected(group.error());
    all.insert(all.end(), group->begin(), group->end());
  }
  return all;
}

TEST(Base64Url, LongTextsObeyTheSameRulesAtEveryPlace) {
  int accepted = 0;
  for (std::size_t place = 0; place < 80; ++place) {
    for (int character = 0; character < 256; ++character) {
      std::string text = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_-_-_-_0aZ9zA8-b_";
      text[place] = static_cast<char>(character);
      const auto decoded = base64url_decode(text);
      const auto expected = decode_in_groups(text);
      ASSERT_EQ(decoded.has_value(), expected.has_value()) << text;
      if (decoded) {
        EXPECT_EQ(*decoded, *expected) << text;
      }
      accepted += decoded.has_value();
    }
  }
  EXPECT_EQ(accepted, 80 * 64);
}

}  // namespace
}  // namespace signet
