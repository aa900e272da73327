#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <vector>

#include "json/document.h"
#include "json/names.h"
#include "json/plain.h"
#include "json/writer.h"

namespace signet::json {
namespace {

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

TEST(Parse, RefusesWhatIsNotStrictJson) {
  const std::string long_depth = nested(10'000);
  for (const std::string& text : {std::string(""),
                                  std::string("{"),
                                  std::string("{} {}"),
                                  std::string("{}x"),
                                  std::string("\xEF\xBB\xBF{}"),
                                  std::string("{\"a\":1,\"a\":2}"),
                                  std::string("{\"a\":1,\"\\u0061\":2}"),
                                  std::string("[{\"x\":{\"b\":1,\"b\":1}}]"),
                                  std::string("{\"a\":1e400}"),
                                  std::string("{\"a\":NaN}"),
                                  std::string("{\"a\":01}"),
                                  std::string("{a:1}"),
                                  std::string("{\"a\":1,}"),
                                  std::string("{'a':1}"),
                                  std::string("\"\xff\""),
                                  std::string("\"\xc0\xaf\""),
                                  std::string("\"\xed\xa0\x80\""),
                                  std::string("\"\\ud800\""),
                                  std::string("\"\\udc00\\ud800\""),
                                  std::string("\"\x01\""),
                                  std::string("{\"a\":18446744073709551616}"),
                                  std::string("{}\0", 3),
                                  std::string("tru"),
                                  nested(17),
                                  long_depth}) {
    const auto document = parse(text);
    ASSERT_FALSE(document) << text.substr(0, 60);
    EXPECT_EQ(document.error().code, Errc::kMalformed);
  }
}

TEST(Parse, TakesEveryKindOfValue) {
  for (const std::string& text : {std::string("{}"), std::string(" [1, 2] "),
                                  std::string("\"\\ud83d\\ude00\""), std::string("null"), nested(16)}) {
    EXPECT_TRUE(parse(text)) << text;
  }
  EXPECT_FALSE(parse_object("[]"));
  EXPECT_FALSE(parse_object("\"{}\""));
}

/// What read_plain makes of a text, or nothing where it declines or refuses; it must be what simdjson makes of it.
std::optional<std::vector<std::uint64_t>> read_plainly(std::string text) {
  const std::size_t size = text.size();
  text.resize(size + simdjson::SIMDJSON_PADDING, kPlainEnd);
  const ByteView bytes = as_bytes(std::string_view(text).substr(0, size));
  simdjson::dom::document plain;
  EXPECT_EQ(plain.allocate(std::max<std::size_t>(size, 32)), simdjson::SUCCESS);
  const auto is_read = read_plain(bytes, plain);
  if (is_read && !*is_read) return std::nullopt;
  simdjson::dom::parser parser;
  const bool is_good = parser.parse(text.data(), size, false).error() == simdjson::SUCCESS &&
                       check_containers({parser.doc.tape.get(), parser.doc.string_buf.get()});
  EXPECT_EQ(is_good, is_read.has_value()) << text;
  if (!is_good || !is_read) return std::nullopt;
  const std::size_t words = plain.tape[0] & 0xFFFF'FFFF;
  std::vector<std::uint64_t> tape(plain.tape.get(), plain.tape.get() + words);
  EXPECT_EQ(tape, std::vector(parser.doc.tape.get(), parser.doc.tape.get() + words)) << text;
  for (std::size_t i = 1; i < words; i += tape[i] >> 56 == 'l' ? 2 : 1) {
    if (tape[i] >> 56 != '"') continue;
    const std::size_t at = tape[i] & 0xFFFF'FFFF;
    std::uint32_t length = 0;
    std::memcpy(&length, plain.string_buf.get() + at, sizeof length);
    EXPECT_EQ(std::memcmp(plain.string_buf.get() + at, parser.doc.string_buf.get() + at,
                          sizeof length + length + 1),
              0);
  }
  return tape;
}

TEST(Plain, IsReadAsSimdjsonReadsIt) {
  for (
      const char* text :
      {"{}", "[]", "0", "7", "999999999999999999", "\"\"", "true", "false", "null", "[[],{},[{}]]",
       R"({"":""})",
       R"({"iss":"https://auth.example.com","aud":["orders","billing"],"exp":1800000600,"admin":true,"x":null})",
       R"(["fifteen chars..","sixteen chars...","seventeen chars..","thirty-two characters, no less.."])"}) {
    EXPECT_TRUE(read_plainly(text)) << text;
  }
}

TEST(Plain, DeclinesAllElse) {
  for (const std::string text : {"",
                                 " {}",
                                 "{} ",
                                 "[1 ]",
                                 "-1",
                                 "1.0",
                                 "1e3",
                                 "01",
                                 "00",
                                 "1000000000000000000",
                                 "tru",
                                 "truex",
                                 "nul",
                                 "[1,]",
                                 "[,1]",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{1:2}",
                                 "[1}",
                                 "{]",
                                 "[",
                                 "{",
                                 "\"",
                                 "\"a",
                                 "\"\\n\"",
                                 "\"\xc3\xa9\"",
                                 "\"\x1f\"",
                                 "\"\x7f\xff\"",
                                 "[1]]",
                                 "{}{}",
                                 "\"a\"b",
                                 "]",
                                 ",",
                                 ":"}) {
    EXPECT_FALSE(read_plainly(text)) << text;
  }
  EXPECT_FALSE(read_plainly(std::string("[1\0]", 4)));
  EXPECT_TRUE(read_plainly(nested(16)));
}

/// Whether read_plain knows at once that nothing will come of a text.
bool refuses(std::string text) {
  EXPECT_FALSE(read_plainly(text));
  const std::size_t size = text.size();
  text.resize(size + simdjson::SIMDJSON_PADDING, kPlainEnd);
  simdjson::dom::document plain;
  EXPECT_EQ(plain.allocate(std::max<std::size_t>(size, 32)), simdjson::SUCCESS);
  return !read_plain(as_bytes(std::string_view(text).substr(0, size)), plain).has_value();
}

TEST(Plain, ANameThatStandsTwiceIsRefusedAtOnce) {
  EXPECT_TRUE(refuses(R"({"a":1,"b":2,"a":3})"));
  EXPECT_TRUE(refuses(R"([{"":1,"":1}])"));
  EXPECT_TRUE(refuses(R"({"o":{"a":1,"a":2},"b":1.5})"));
  EXPECT_FALSE(refuses(R"({"a":1,"b":1.5,"a":2})"));  // the fraction comes first
  EXPECT_EQ(parse(R"({"a":1,"b":1.5,"a":2})").error().what, kNameTwice.what);
  EXPECT_EQ(parse(R"({"a":1,"a":2})").error().what, kNameTwice.what);
}

TEST(Plain, WhatStandsBehindAnObjectIsRefusedAtOnce) {
  for (const char* text : {"{}{}", "{}x", R"({"a":1}})", R"({"a":1},)", "{}\"", "{}1", "{}\xff"}) {
    EXPECT_TRUE(refuses(text)) << text;
  }
  EXPECT_TRUE(refuses(std::string("{}\0", 3)));
  for (const char* text : {"{} ", "{}\t", "{}\n", "{}\r", "{} x", "[]x", "1.5", "1x"}) {
    EXPECT_FALSE(refuses(text)) << text;
  }
}

TEST(Plain, WhatNestsTooDeepIsRefusedAtOnce) {
  EXPECT_TRUE(refuses(nested(17)));
  EXPECT_TRUE(refuses(std::string(2000, '[')));
  EXPECT_EQ(parse(nested(17)).error().what, kTooDeep.what);
}

std::string object_of(int members) {
  Writer json;
  json.begin_object();
  for (int i = 0; i < members; ++i) json.member("name" + std::to_string(i), i);
  return json.end_object().take();
}

TEST(Plain, AnObjectOfManyMembersIsSimdjsons) {
  EXPECT_TRUE(read_plainly(object_of(24)));
  EXPECT_FALSE(read_plainly(object_of(25)));
  EXPECT_TRUE(parse(object_of(25)));
  std::string twice = object_of(600);
  twice.back() = ',';
  EXPECT_FALSE(parse(twice + R"("name7":0})"));
  EXPECT_TRUE(parse(twice + R"("name":0})"));
}

/// Quotation marks are found 64 bytes at a time: strings of all lengths, begun and ended at all places.
TEST(Plain, StringsEndWhereTheyEnd) {
  for (std::size_t first = 0; first < 70; ++first) {
    for (std::size_t second = 0; second < 140; ++second) {
      const std::string text = "[\"" + std::string(first, 'a') + "\",\"" + std::string(second, 'b') + "\",7]";
      ASSERT_TRUE(read_plainly(text)) << text;
      ASSERT_FALSE(read_plainly(text.substr(0, text.size() - 4))) << text;
    }
  }
}

/// Every text that one change makes of a good one: read as simdjson reads it, or declined.
TEST(Plain, NoChangeOfOneByteIsReadInAnotherWay) {
  const std::string good = R"({"a":["b",10,{"c":true}],"dd":null,"e":"0123456789abcdef"})";
  int read = 0;
  for (std::size_t place = 0; place < good.size(); ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = good;
      text[place] = static_cast<char>(byte);
      read += read_plainly(text).has_value();
    }
  }
  EXPECT_GT(read, static_cast<int>(good.size()));
}

TEST(Json, ComesOutTyped) {
  const auto document =
      *parse(R"({"s":"text","i":-5,"u":18446744073709551615,"d":1.5,"e":1e3,"b":true,"n":null,
                                   "a":["x","y"],"mixed":["x",1],"o":{"deep":[{"er":7}]}})");
  const Json object = root(*document);
  EXPECT_EQ(*object.member("s")->as_string(), "text");
  EXPECT_EQ(*object.member("i")->as_int(), -5);
  EXPECT_EQ(object.member("u")->type(), Json::Type::kNumber);
  EXPECT_EQ(object.member("u")->as_int().error().code, Errc::kInvalidArgument);
  EXPECT_EQ(*object.member("d")->as_double(), 1.5);
  EXPECT_EQ(*object.member("i")->as_double(), -5.0);
  EXPECT_FALSE(object.member("e")->as_int());
  EXPECT_EQ(*object.member("b")->as_bool(), true);
  EXPECT_EQ(object.member("n")->type(), Json::Type::kNull);
  EXPECT_EQ(*object.member("a")->as_strings(), (std::vector<std::string_view>{"x", "y"}));
  EXPECT_FALSE(object.member("mixed")->as_strings());
  EXPECT_EQ(*object.member("o")->member("deep")->elements().at(0).member("er")->as_int(), 7);
  EXPECT_EQ(object.member("o")->text(), R"({"deep":[{"er":7}]})");
  EXPECT_EQ(object.member("absent").error().code, Errc::kNotFound);
  EXPECT_EQ(object.member("s")->member("x").error().code, Errc::kNotFound);
  EXPECT_EQ(object.members().size(), 10U);
}

TEST(Writer, PutsCommasAndEscapes) {
  Writer json;
  json.begin_object()
      .member("a", "q\"b\\n\n\x01")
      .key("l")
      .begin_array()
      .integer(1)
      .begin_object()
      .end_object();
  json.null().end_array().member("t", true).member("n", -3).end_object();
  EXPECT_EQ(json.take(), "{\"a\":\"q\\\"b\\\\n\\n\\u0001\",\"l\":[1,{},null],\"t\":true,\"n\":-3}");
}

TEST(Writer, MendsTextThatIsNotUtf8) {
  const std::string text = Writer().string("a\xff\xc3\xa9\xe2\x82").take();
  EXPECT_EQ(text, "\"a\xEF\xBF\xBD\xc3\xa9\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_TRUE(parse(text));
}

TEST(Writer, NumbersReadBackAsTheSame) {
  for (const double number : {0.1, 1e300, -2.5e-8, std::numeric_limits<double>::max(), 1.0}) {
    EXPECT_EQ(*root(**parse(Writer().number(number).take())).as_double(), number);
  }
  for (const std::int64_t number :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(*root(**parse(Writer().integer(number).take())).as_int(), number);
  }
}

TEST(JsonDocument, ACompactCopyReadsLikeTheOriginalAndOutlivesIt) {
  for (const std::string text :
       {R"({})", R"([])", R"("")", R"(7)",
        R"({"a":1,"b":[-2,3.5,18446744073709551615,true,false,null],"c":{"d":"e\u00e9"}})",
        R"({"0123456789":"","x":"\u0000","":[[],{}]})"}) {
    json::DocumentPtr copy;
    {
      const json::DocumentPtr original = *json::parse(text);
      copy = json::compact(original);
      ASSERT_TRUE(copy);
      EXPECT_EQ(json::root(*copy).text(), json::root(*original).text());
      EXPECT_EQ(json::footprint(*original), 0U);
    }
    static_cast<void>(*json::parse(R"("what takes the place of the original")"));
    EXPECT_EQ(json::root(*copy).text(), json::root(**json::parse(text)).text());
    EXPECT_LT(json::footprint(*copy), 600U);
    const json::DocumentPtr same = json::compact(copy);
    EXPECT_EQ(&*same, &*copy);
  }
  EXPECT_FALSE(json::compact(*json::parse_secret_object(R"({"k":"secret"})")));
}

}  // namespace
}  // namespace signet::json
