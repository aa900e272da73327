#include "http/serialize.h"

#include <gtest/gtest.h>

namespace signet::http {
namespace {

TEST(Serialize, WritesTheHead) {
  const auto head = serialize_head(Response::json(201, "{}").with("Location", "/x"), {.date = "today"});
  EXPECT_EQ(head,
            "HTTP/1.1 201 Created\r\nDate: today\r\nContent-Length: 2\r\nContent-Type: application/json\r\n"
            "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nLocation: /x\r\n\r\n");
}

TEST(Serialize, LetsAHandlerSayHowLongToCache) {
  const auto head = serialize_head(Response::text(200, "").with("cache-control", "max-age=60"), {});
  EXPECT_NE(head->find("cache-control: max-age=60\r\n"), head->npos);
  EXPECT_EQ(head->find("no-store"), head->npos);
}

// RFC 9110, section 8.6: "A server MUST NOT send a Content-Length header field in any response with a status
// code of 1xx (Informational) or 204 (No Content)."
TEST(Serialize, AnnouncesNoContentForNoContent) {
  EXPECT_EQ(serialize_head(Response::empty(204), {})->find("Content-Length"), std::string::npos);
  EXPECT_NE(serialize_head(Response::empty(200), {})->find("Content-Length: 0\r\n"), std::string::npos);
}

// RFC 9110, section 5.5: "Field values containing CR, LF, or NUL characters are invalid and dangerous".
TEST(Serialize, RefusesToBeBrokenOutOf) {
  using namespace std::string_literals;
  const Field bad[] = {{"X", "a\r\nSet-Cookie: b"},
                       {"X", "a\nb"},
                       {"X", "a\rb"},
                       {"X", "a\0b"s},
                       {"X\r\nY", "a"},
                       {"X Y", "a"},
                       {"X:", "a"},
                       {"", "a"},
                       {"Content-Length", "5"},
                       {"date", "now"},
                       {"Connection", "close"},
                       {"Transfer-Encoding", "chunked"}};
  for (const auto& [name, value] : bad) {
    EXPECT_FALSE(serialize_head(Response::empty(200).with(name, value), {}).has_value())
        << name << ": " << value;
  }
  Response response;
  response.content_type = "text/html\r\n\r\n<script>";
  EXPECT_FALSE(serialize_head(response, {}).has_value());
}

TEST(Serialize, RefusesAStatusThatIsNotFinal) {
  for (const int status : {-1, 0, 100, 199, 600, 2000}) {
    EXPECT_FALSE(serialize_head(Response::empty(status), {}).has_value()) << status;
  }
}

// RFC 9110, section 5.6.7, has this example.
TEST(Serialize, WritesDatesAsHttpDoes) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace signet::http
