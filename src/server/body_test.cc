#include "server/body.h"

#include <gtest/gtest.h>

#include "server/test_issuer.h"

namespace signet::server {
namespace {

struct Case {
  const char* name;
  std::string body;
  std::string expect;  // status, field: detail
};

std::string problem_of(const std::string& text, const std::string& type = "application/json") {
  http::Request request;
  request.headers.emplace_back("Content-Type", type);
  request.body = text;
  Body body(request);
  static_cast<void>(body.text("name", {.least = 1, .most = 8}));
  static_cast<void>(body.optional_flag("on"));
  static_cast<void>(body.optional_number("count", 1, 9));
  static_cast<void>(body.optional_texts("tags", {.most = 4}));
  const auto problem = body.problem();
  if (!problem) return "fine";
  const test::Reply reply({.status = problem->status, .head = {}, .body = problem->body});
  return std::to_string(problem->status) + " " + reply.at("field") + ": " + reply.at("detail");
}

TEST(Body, NamesWhatIsWrong) {
  const Case cases[] = {
      {"fine", R"({"name":"a","on":true,"count":3,"tags":["x"]})", "fine"},
      {"missing", "{}", "400 name: name is missing"},
      {"wrong type", R"({"name":7})", "400 name: name must be a string"},
      {"null", R"({"name":null})", "400 name: name must be a string"},
      {"empty", R"({"name":""})", "400 name: name must not be empty"},
      {"too long", R"({"name":"123456789"})", "400 name: name must have at most 8 bytes"},
      {"NUL", R"({"name":"a\u0000b"})", "400 name: name must not hold control characters"},
      {"newline", R"({"name":"a\nb"})", "400 name: name must not hold control characters"},
      {"flag", R"({"name":"a","on":"true"})", "400 on: on must be true or false"},
      {"number", R"({"name":"a","count":1.0})", "400 count: count must be a whole number from 1 to 9"},
      {"range", R"({"name":"a","count":10})", "400 count: count must be a whole number from 1 to 9"},
      {"not an array", R"({"name":"a","tags":"x"})", "400 tags: tags must be an array of at most 64 strings"},
      {"element", R"({"name":"a","tags":["x",1]})", "400 tags[1]: tags[1] must be a string"},
      {"unknown", R"({"name":"a","onn":true})", "400 onn: there is no member onn here; did you mean on?"},
      {"misspelt", R"({"nme":"a"})", "400 nme: there is no member nme here; did you mean name?"},
      {"two slips", R"({"name":"a","x":1,"y":2})", "400 x: there is no member x here"},
  };
  for (const Case& c : cases) EXPECT_EQ(problem_of(c.body), c.expect) << c.name;
}

TEST(Body, IsOneStrictJsonObject) {
  for (const char* wrong : {"", "[]", "7", "{", R"({"name":"a"}x)", R"({"name":"a","name":"b"})",
                            "{\"name\":\"\xff\"}", "{'name':'a'}", "{\"name\":\"a\",}"}) {
    EXPECT_TRUE(problem_of(wrong).starts_with("400 (none): the body must be one JSON object: ")) << wrong;
  }
}

TEST(Body, IsDeclaredAsJson) {
  for (const char* right :
       {"application/json", "Application/JSON; charset=utf-8", "application/json ; a=b"}) {
    EXPECT_EQ(problem_of(R"({"name":"a"})", right), "fine") << right;
  }
  for (const char* wrong : {"", "text/plain", "application/jsonx", "application/x-www-form-urlencoded"}) {
    EXPECT_TRUE(problem_of(R"({"name":"a"})", wrong).starts_with("415 ")) << wrong;
  }
}

}  // namespace
}  // namespace signet::server
