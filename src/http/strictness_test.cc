// ATTACKS, row 41: what is refused, with which status, and that the connection ends there.
#include <gtest/gtest.h>

#include "http/test_client.h"

namespace signet::http {
namespace {

using test::Answer;
using test::Client;
using test::Running;
using namespace std::string_literals;

Router echo() {
  Router router;
  router
      .add("POST", "/echo",
           [](const Request& request) {
             return Response::text(200, request.body)
                 .with("X-Authorization", std::string(request.header("Authorization").value_or("-")));
           })
      .add("GET", "/", [](const Request&) { return Response::text(200, "root"); });
  return router;
}

struct Case {
  const char* name;
  std::string bytes;
  int status;
};

std::string get(const std::string& target, const std::string& headers = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}

std::string post(const std::string& headers, const std::string& body = {}) {
  return "POST /echo HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
}

std::string chunked(const std::string& body) {
  return post("Transfer-Encoding: chunked\r\n", body);
}

class Refused : public testing::TestWithParam<Case> {};

TEST_P(Refused, AndClosed) {
  Running running(echo());
  Client client = running.client();
  // The smuggled request behind it must never be answered.
  client.send(GetParam().bytes + get("/"));
  const auto answer = client.read();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, GetParam().status) << answer->body;
  EXPECT_EQ(answer->header("Connection"), "close");
  EXPECT_EQ(answer->header("Content-Type"), "application/problem+json");
  EXPECT_TRUE(client.closed());
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

// RFC 9112, section 6.1: "A server MAY reject a request that contains both Content-Length and
// Transfer-Encoding"; and section 6.3: "ought to be handled as an error".
INSTANTIATE_TEST_SUITE_P(
    Framing, Refused,
    testing::Values(
        Case{"LengthThenChunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
             400},
        Case{"ChunkedThenLength", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
             400},
        Case{"TwoLengths", post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), 400},
        Case{"TheSameLengthTwice", post("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), 400},
        Case{"ListOfLengths", post("Content-Length: 1, 1\r\n", "a"), 400},
        Case{"SignedLength", post("Content-Length: +1\r\n", "a"), 400},
        Case{"NegativeLength", post("Content-Length: -1\r\n", "a"), 400},
        Case{"HexLength", post("Content-Length: 0x1\r\n", "a"), 400},
        Case{"EmptyLength", post("Content-Length:\r\n"), 400},
        Case{"LengthPast64Bits", post("Content-Length: 18446744073709551617\r\n", "a"), 400},
        Case{"ChunkedTwice",
             post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
        Case{"ChunkedTwiceInOne", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 501},
        Case{"ChunkedNotLast", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400},
        Case{"GzipAlone", post("Transfer-Encoding: gzip\r\n", "0\r\n\r\n"), 400},
        Case{"GzipThenChunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
        Case{"NearlyChunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400},
        Case{"ChunkedBehindVerticalTab", post("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n"), 400},
        Case{"SpaceBeforeColon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
        Case{"ChunkedForHttp10",
             "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Chunks, Refused,
    testing::Values(
        Case{"NotHex", chunked("x\r\na\r\n0\r\n\r\n"), 400},
        Case{"Empty", chunked("\r\na\r\n0\r\n\r\n"), 400},
        Case{"Negative", chunked("-1\r\na\r\n0\r\n\r\n"), 400},
        Case{"Prefixed", chunked("0x1\r\na\r\n0\r\n\r\n"), 400},
        Case{"SpaceBefore", chunked(" 1\r\na\r\n0\r\n\r\n"), 400},
        Case{"SpaceBehind", chunked("1 \r\na\r\n0\r\n\r\n"), 400},
        Case{"Past64Bits", chunked("10000000000000001\r\na\r\n0\r\n\r\n"), 400},
        Case{"LineFeedAlone", chunked("1\na\n0\n\n"), 400},
        Case{"DataLongerThanSaid", chunked("1\r\nab\r\n0\r\n\r\n"), 400},
        Case{"BadExtension", chunked("1;=\r\na\r\n0\r\n\r\n"), 400},
        Case{"HugeExtensions", chunked("1;a=" + std::string(2000, 'x') + "\r\na\r\n0\r\n\r\n"), 400},
        Case{"TooLarge", chunked("10001\r\n"), 413},
        Case{"TooLargeInSum", chunked("8000\r\n" + std::string(0x8000, 'x') + "\r\n8001\r\n"), 413},
        Case{"EndlessSize", chunked(std::string(40000, '0')), 431},
        Case{"EndlessTrailers", chunked("0\r\nA: " + std::string(40000, 'x')), 431},
        Case{"LengthInTrailers", chunked("0\r\nContent-Length: 5\r\n\r\n"), 400}),
    name_of);

// RFC 9112, section 3.2: "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request
// message that lacks a Host header field and to any request message that contains more than one Host header
// field line or a Host header field with an invalid field value." RFC 9112, section 5.1: "A server MUST
// reject, with a response status code of 400 (Bad Request), any received request message that contains
// whitespace between a header field name and colon."
INSTANTIATE_TEST_SUITE_P(
    Headers, Refused,
    testing::Values(
        Case{"NoHost", "GET / HTTP/1.1\r\n\r\n", 400}, Case{"TwoHosts", get("/", "Host: b\r\n"), 400},
        Case{"TheSameHostTwice", get("/", "Host: a\r\n"), 400},
        Case{"TwoHostsForHttp10", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Case{"BadHost", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        Case{"HostWithUser", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
        Case{"Folded", get("/", "X: a\r\n b\r\n"), 400},
        Case{"FoldedByTab", get("/", "X: a\r\n\tb\r\n"), 400},
        Case{"FoldedFirst", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
        Case{"TwoAuthorizations", get("/", "Authorization: Bearer x\r\nauthorization: Bearer y\r\n"), 400},
        Case{"SpaceInName", get("/", "X Y: a\r\n"), 400}, Case{"EmptyName", get("/", ": a\r\n"), 400},
        Case{"NoColon", get("/", "X\r\n"), 400}, Case{"NulInName", get("/", "X\0: a\r\n"s), 400},
        Case{"NulInValue", get("/", "X: a\0b\r\n"s), 400},
        Case{"ControlInValue", get("/", "X: a\x01\r\n"), 400},
        Case{"CarriageReturnInValue", get("/", "X: a\rb\r\n"), 400},
        Case{"LineFeedAlone", "GET / HTTP/1.1\nHost: a\n\n", 400},
        Case{"LineFeedInside", get("/", "X: a\nY: b\r\n"), 400},
        Case{"TooLarge", get("/", "X: " + std::string(17000, 'x') + "\r\n"), 431},
        Case{"TooMany",
             get("/",
                 [] {
                   std::string many;
                   for (int i = 0; i < 5000; ++i) many += "X: y\r\n";
                   return many;
                 }()),
             431},
        Case{"Endless", "GET / HTTP/1.1\r\nX: " + std::string(40000, 'x'), 431},
        Case{"UnknownExpectation", post("Expect: more\r\nContent-Length: 1\r\n", "a"), 417}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    RequestLine, Refused,
    testing::Values(
        Case{"Garbage", "hello\r\n\r\n", 400}, Case{"Tls", "\x16\x03\x01\x02", 400},
        Case{"Nul", "\0GET / HTTP/1.1\r\n\r\n"s, 400}, Case{"SpaceFirst", " " + get("/"), 400},
        Case{"NoVersion", "GET /\r\n\r\n", 400}, Case{"TwoSpaces", "GET  / HTTP/1.1\r\n\r\n", 400},
        Case{"SpaceInTarget", get("/a b"), 400}, Case{"SpaceBehind", "GET / HTTP/1.1 \r\n\r\n", 400},
        Case{"LowerCaseVersion", "GET / http/1.1\r\n\r\n", 400},
        Case{"Http09", "GET / HTTP/0.9\r\n\r\n", 505}, Case{"Http12", "GET / HTTP/1.2\r\n\r\n", 505},
        Case{"Http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        Case{"UnknownMethod", "FETCH / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        Case{"LowerCaseMethod", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        Case{"Connect", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        Case{"Trace", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        Case{"AbsoluteForm", get("http://a/"), 400}, Case{"AsteriskForGet", get("*"), 400},
        Case{"NulInTarget", get("/a\0b"s), 400}, Case{"ControlInTarget", get("/a\x01"), 400},
        Case{"DotDot", get("/a/../b"), 400}, Case{"EncodedDotDot", get("/%2e%2E/b"), 400},
        Case{"EncodedSlash", get("/a%2fb"), 400}, Case{"EncodedNul", get("/a%00"), 400},
        Case{"EncodedLineFeed", get("/a%0a"), 400}, Case{"NotUtf8", get("/%ff"), 400},
        Case{"LongTarget", get("/" + std::string(9000, 'x')), 414},
        Case{"LongLine", get("/" + std::string(17000, 'x')), 414},
        Case{"EndlessLine", "GET /" + std::string(40000, 'x'), 414}),
    name_of);

TEST(Strictness, RefusesALargeBodyBeforeReadingIt) {
  Running running(echo());
  Client client = running.client();
  client.send(post("Content-Length: 65537\r\n"));  // and no body
  EXPECT_EQ(client.read()->status, 413);
  EXPECT_TRUE(client.closed());

  Client polite = running.client();
  polite.send(post("Content-Length: 65537\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(polite.read()->status, 413);  // and no 100 before it
  EXPECT_TRUE(polite.closed());
}

TEST(Strictness, RefusesAtTheFirstBadLineWithoutWaitingForMore) {
  Running running(echo());
  for (const char* start : {"GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nX: a\r\n b", "\x16\x03\x01"}) {
    Client client = running.client();
    EXPECT_EQ(client.ask(start).status, 400);  // and not 408, later
  }
}

// RFC 9112, section 9.6: "If a server performs an immediate close of a TCP connection, there is a significant
// risk that the client will not be able to read the last HTTP response."
TEST(Strictness, LetsAClientThatIsStillSendingReadItsRefusal) {
  Running running(echo());
  Client client = running.client();
  client.send(post("Content-Length: 500000\r\n", std::string(500000, 'x')));
  EXPECT_EQ(client.read()->status, 413);
  EXPECT_TRUE(client.closed());
}

TEST(Strictness, TakesTheLargestBodyThatIsAllowed) {
  Running running(echo());
  Client client = running.client();
  const std::string body(65536, 'x');
  EXPECT_EQ(client.ask(post("Content-Length: 65536\r\n", body)).body, body);
  EXPECT_EQ(client.ask(chunked("10000\r\n" + body + "\r\n0\r\n\r\n")).body, body);
  EXPECT_EQ(client.get("/").body, "root");
}

// RFC 9112, section 7.1.2: "A recipient MUST NOT merge a received trailer field into the header section
// unless its corresponding header field definition explicitly permits".
TEST(Strictness, DropsTrailers) {
  Running running(echo());
  Client client = running.client();
  const Answer answer =
      client.ask(chunked("3;a=b;c=\"d\"\r\nabc\r\n2\r\nde\r\n0\r\nAuthorization: Bearer x\r\n\r\n"));
  EXPECT_EQ(answer.body, "abcde");
  EXPECT_EQ(answer.header("X-Authorization"), "-");
  EXPECT_EQ(client.get("/").body, "root");
}

// RFC 9110, section 10.1.1: "A server that receives a 100-continue expectation in an HTTP/1.0 request MUST
// ignore that expectation."
TEST(Strictness, AsksForTheBodyWhenTheClientWaits) {
  Running running(echo());
  Client client = running.client();
  EXPECT_EQ(client.ask(post("Expect: 100-Continue\r\nContent-Length: 2\r\n")).status, 100);
  EXPECT_EQ(client.ask("ab").body, "ab");
  // One that does not wait needs no asking.
  EXPECT_EQ(client.ask(post("Expect: 100-continue\r\nContent-Length: 2\r\n", "cd")).body, "cd");

  Client old = running.client();
  old.send("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(old.ask("ab").status, 200);
}

// RFC 9112, section 2.2: "a server that is expecting to receive and parse a request-line SHOULD ignore at
// least one empty line (CRLF) received prior to the request-line."
TEST(Strictness, IgnoresAnEmptyLineBeforeARequest) {
  Running running(echo());
  Client client = running.client();
  EXPECT_EQ(client.ask("\r\n" + get("/")).body, "root");
  EXPECT_EQ(client.ask("\r\n" + get("/")).body, "root");
}

TEST(Strictness, UnderstandsRequestsThatComeByteByByte) {
  Running running(echo());
  Client client = running.client();
  for (const char byte : post("Content-Length: 2\r\n", "ab") + chunked("2;x=y\r\ncd\r\n0\r\nT: u\r\n\r\n")) {
    ASSERT_TRUE(client.send(std::string_view(&byte, 1)));
  }
  EXPECT_EQ(client.read()->body, "ab");
  EXPECT_EQ(client.read()->body, "cd");
}

}  // namespace
}  // namespace signet::http
