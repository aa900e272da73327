// What a handler is given, and what it gives back. Plain values.
//
//   Response greet(const Request& request) {
//     const auto name = request.query("name");
//     if (!name) return Response::problem(400, "Bad Request", "say who you are", "name");
//     return Response::text(200, fmt::format("Hello {}\n", *name));
//   }
//
// Everything in a Request has been checked by the time a handler sees it: the framing is unambiguous, the
// path and the query are percent-decoded, valid UTF-8 and free of control characters, and the path has no dot
// segments.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signet::http {

using Field = std::pair<std::string, std::string>;  // name, value

struct Request {
  std::string method;             // "GET", in the case it came in: methods are case-sensitive
  std::string path;               // decoded, without the query; "*" for `OPTIONS *`
  std::vector<Field> headers;     // in order of arrival; trailers are dropped
  std::vector<Field> queries;     // decoded, in order of arrival
  std::vector<Field> parameters;  // what the pattern's {names} matched; never empty strings
  std::string body;
  std::string remote_address;  // the peer's IP address, without a port

  /// header returns the value of the first header of that name, in any case of letters. Host, Authorization,
  /// Content-Type and the like never come twice: such a request is refused.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;

  /// query returns the first value of that name in the query. `?flag` is `flag` with an empty value.
  [[nodiscard]] std::optional<std::string_view> query(std::string_view name) const;

  /// parameter returns what {name} matched in the path; empty when the pattern has no such name.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type;  // left out when empty
  std::string body;
  std::vector<Field> headers;  // beyond those that the server sets: Content-Length, Connection, Date, ...

  std::shared_ptr<const std::string> shared_body{};  // instead of `body`: one text for many answers

  /// content returns the body, whichever of both it is.
  [[nodiscard]] const std::string& content() const { return shared_body ? *shared_body : body; }

  /// json answers with text that is JSON already.
  [[nodiscard]] static Response json(int status, std::string text);

  /// problem answers with problem details (RFC 9457). `field` names the member of the request that is at
  /// fault.
  [[nodiscard]] static Response problem(int status, std::string_view title, std::string_view detail = {},
                                        std::string_view field = {});

  [[nodiscard]] static Response text(int status, std::string text);
  [[nodiscard]] static Response empty(int status = 204);

  /// with adds a header: `return Response::problem(...).with("WWW-Authenticate", "Bearer");`
  [[nodiscard]] Response with(std::string name, std::string value) &&;
};

/// status_phrase returns the registered phrase, "Not Found" for 404; "Unknown" where we never use the status.
[[nodiscard]] std::string_view status_phrase(int status);

}  // namespace signet::http
