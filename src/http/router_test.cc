#include "http/router.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "http/exchange.h"

namespace signet::http {
namespace {

Handler says(std::string text) {
  return [text = std::move(text)](const Request&) { return Response::text(200, text); };
}

Request request_for(std::string method, std::string path) {
  Request request;
  request.method = std::move(method);
  request.path = std::move(path);
  return request;
}

/// ask routes a request and, when it has a route, runs the handler right here.
Response ask(const Router& router, std::string method, std::string path) {
  Request request = request_for(std::move(method), std::move(path));
  const Router::Found found = router.find(request);
  if (found.route == nullptr) return found.refusal;
  const auto exchange = std::make_shared<Exchange>(request);
  found.route->handler(exchange->request(), Responder(exchange));
  return exchange->take().value();
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST(Router, PrefersTheMoreLiteralWhateverTheOrder) {
  Router router;
  router.add("GET", "/{a}/{b}", says("a b"))
      .add("GET", "/users/{id}", says("user"))
      .add("GET", "/{a}/me", says("a me"))
      .add("GET", "/users/me", says("me"));
  EXPECT_EQ(ask(router, "GET", "/users/me").body, "me");
  EXPECT_EQ(ask(router, "GET", "/users/7").body, "user");
  EXPECT_EQ(ask(router, "GET", "/other/me").body, "a me");
  EXPECT_EQ(ask(router, "GET", "/other/7").body, "a b");
}

TEST(Router, HandsOverWhatTheNamesMatched) {
  Router router;
  router.add("GET", "/v1/users/{user}/keys/{key}", [](const Request& request) {
    return Response::text(
        200, std::string(request.parameter("user")) + "|" + std::string(request.parameter("key")));
  });
  EXPECT_EQ(ask(router, "GET", "/v1/users/j\xC3\xB6rg x/keys/{key}").body, "j\xC3\xB6rg x|{key}");
}

TEST(Router, MatchesWholeSegmentsAlone) {
  Router router;
  router.add("GET", "/users/{id}", says("user")).add("GET", "/", says("root"));
  EXPECT_EQ(ask(router, "GET", "/").body, "root");
  for (const char* path :
       {"/users", "/users/", "/users/1/", "/users/1/2", "//users/1", "/Users/1", "/xusers/1"}) {
    EXPECT_EQ(ask(router, "GET", path).status, 404) << path;
  }
}

// RFC 9110, section 15.5.6: "The origin server MUST generate an Allow header field in a 405 response".
TEST(Router, SaysWhichMethodsAResourceHas) {
  Router router;
  router.add("GET", "/x", says("x")).add("DELETE", "/x", says("gone")).add("POST", "/y", says("y"));
  const Response refused = ask(router, "POST", "/x");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.content_type, "application/problem+json");
  EXPECT_EQ(header(refused, "Allow"), "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(ask(router, "HEAD", "/y").status, 405);
  EXPECT_EQ(header(ask(router, "OPTIONS", "/y"), "Allow"), "POST, OPTIONS");
  EXPECT_EQ(ask(router, "OPTIONS", "/y").status, 204);
  EXPECT_EQ(ask(router, "OPTIONS", "*").status, 204);
}

TEST(Router, AnswersHeadThroughGetUnlessItHasItsOwn) {
  Router router;
  router.add("GET", "/x", says("get")).add("GET", "/y", says("get")).add("HEAD", "/y", says("head"));
  EXPECT_EQ(ask(router, "HEAD", "/x").body, "get");
  EXPECT_EQ(ask(router, "HEAD", "/y").body, "head");
}

TEST(Router, RefusesMistakesOfTheProgram) {
  Router router;
  router.add("GET", "/x/{a}", says(""));
  EXPECT_THROW(router.add("GET", "/x/{a}", says("")), std::logic_error);
  EXPECT_THROW(router.add("get", "/z", says("")), std::logic_error);
  for (const char* pattern : {"", "x", "/{", "/{}", "/a{b}", "/{a}b", "/}"}) {
    EXPECT_THROW(router.add("GET", pattern, says("")), std::logic_error) << pattern;
  }
}

}  // namespace
}  // namespace signet::http
