#include "http/target.h"

#include <gtest/gtest.h>

#include "http/form.h"

namespace signet::http {
namespace {

TEST(Target, IsDecoded) {
  const auto target = parse_target("GET", "/v1/users/j%C3%B6rg%20x?after=7&name=a+b%2Bc&flag");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->path, "/v1/users/j\xC3\xB6rg x");
  const std::vector<Field> queries = {{"after", "7"}, {"name", "a b+c"}, {"flag", ""}};
  EXPECT_EQ(target->queries, queries);
  EXPECT_EQ(parse_target("GET", "/a+b")->path, "/a+b");  // a plus is a space in queries alone
  EXPECT_EQ(parse_target("GET", "//x")->path, "//x");
}

TEST(Target, MayBeAnAsteriskForOptionsAlone) {
  EXPECT_EQ(parse_target("OPTIONS", "*")->path, "*");
  EXPECT_FALSE(parse_target("GET", "*").has_value());
}

class BadTarget : public testing::TestWithParam<const char*> {};

TEST_P(BadTarget, IsRefused) {
  EXPECT_FALSE(parse_target("GET", GetParam()).has_value());
}

INSTANTIATE_TEST_SUITE_P(Target, BadTarget,
                         testing::Values("", "a", "http://a/b", "https://a", "a:80", "/..", "/../", "/a/..",
                                         "/a/../b", "/%2e%2e/b", "/.%2E/b", "/./b", "/a/.", "/a%2fb",
                                         "/a%2Fb", "/a%5cb", "/%00", "/a%00b", "/a%0d%0ab", "/%7f", "/%",
                                         "/%4", "/%zz", "/%c3", "/%ff", "/%c0%af", "/%ed%a0%80", "/a b",
                                         "/a\\b", "/a\"b", "/<a>", "/{a}", "/\xC3\xB6", "/a#b", "/a?b=%00",
                                         "/a?b=%zz", "/a?b=%ff", "/a?b c", "/a?%0a=1"));

TEST(Host, IsAnAuthorityWithoutAUser) {
  for (const char* good : {"a", "a:80", "127.0.0.1:1", "[::1]:8080", "api.example.org", ""}) {
    EXPECT_TRUE(is_host(good)) << good;
  }
  for (const char* bad : {"a b", "a/b", "u@a", "a:b", "[::1", "a\"b", "a?b", "a#b", "a\\b"}) {
    EXPECT_FALSE(is_host(bad)) << bad;
  }
}

TEST(Form, KeepsOrderAndRepetition) {
  const std::vector<Field> expected = {
      {"grant_type", "client_credentials"}, {"a", "1"}, {"a", ""}, {"", "x=y"}};
  EXPECT_EQ(parse_form("grant_type=client_credentials&a=1&&a&=x=y&"), expected);
  EXPECT_EQ(parse_form(""), std::vector<Field>());
}

TEST(Form, HasAtMost64Fields) {
  std::string form;
  for (int i = 0; i < 64; ++i) form += "a&";
  EXPECT_EQ(parse_form(form).value().size(), 64U);
  EXPECT_EQ(parse_form(form + "&&").value().size(), 64U) << "nothing between two & is no field";
  EXPECT_FALSE(parse_form(form + "a").has_value());
  EXPECT_FALSE(parse_target("GET", "/?" + form + "a").has_value());
}

TEST(Form, RefusesWhatItCannotDecode) {
  for (const char* bad : {"a=%", "a=%1", "a=%g0", "%zz=1", "a=%+1", "a=%00", "a=%ff", "a=\xFF"}) {
    EXPECT_FALSE(parse_form(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace signet::http
