#include "http/message.h"

#include <gtest/gtest.h>

namespace signet::http {
namespace {

TEST(Request, FindsHeadersInAnyCase) {
  Request request;
  request.headers = {{"Authorization", "Bearer x"}, {"X-Twice", "first"}, {"x-twice", "second"}};
  EXPECT_EQ(request.header("authorization"), "Bearer x");
  EXPECT_EQ(request.header("X-TWICE"), "first");
  EXPECT_EQ(request.header("Authorizatio"), std::nullopt);
}

TEST(Request, FindsQueriesAndParametersInTheirCase) {
  Request request;
  request.queries = {{"after", "7"}, {"flag", ""}};
  request.parameters = {{"id", "42"}};
  EXPECT_EQ(request.query("after"), "7");
  EXPECT_EQ(request.query("flag"), "");
  EXPECT_EQ(request.query("After"), std::nullopt);
  EXPECT_EQ(request.parameter("id"), "42");
  EXPECT_EQ(request.parameter("other"), "");
}

TEST(Response, IsProblemDetails) {
  const auto response = Response::problem(400, "Bad Request", "too short", "password");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(
      response.body,
      R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"too short","field":"password"})");
  EXPECT_EQ(Response::problem(404, "Not Found").body,
            R"({"type":"about:blank","title":"Not Found","status":404})");
}

// RFC 8259, section 7: "All Unicode characters may be placed within the quotation marks, except for the
// characters that MUST be escaped: quotation mark, reverse solidus, and the control characters (U+0000
// through U+001F)."
TEST(Response, EscapesWhatItQuotes) {
  const auto detail = [](std::string_view text) {
    const std::string body = Response::problem(400, "T", text).body;
    const std::size_t at = body.find(R"("detail":")") + 10;
    return body.substr(at, body.size() - at - 2);
  };
  EXPECT_EQ(detail(R"(say "hi" \ bye)"), R"(say \"hi\" \\ bye)");
  EXPECT_EQ(detail("a\nb\rc\td"), R"(a\nb\rc\td)");
  EXPECT_EQ(detail(std::string_view("\0\x01\x1f\x7f", 4)), R"(\u0000\u0001\u001f)"
                                                           "\x7f");
  EXPECT_EQ(detail("gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\x91"), "gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\x91");
  EXPECT_EQ(detail("bad \xFF\xC3 end"), "bad \xEF\xBF\xBD\xEF\xBF\xBD end");
  EXPECT_EQ(detail("cut \xF0\x9F"), "cut \xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Response, TakesHeaders) {
  const auto response = Response::empty().with("Location", "/v1/x").with("ETag", "\"1\"");
  ASSERT_EQ(response.headers.size(), 2U);
  EXPECT_EQ(response.headers[1], Field("ETag", "\"1\""));
}

}  // namespace
}  // namespace signet::http
