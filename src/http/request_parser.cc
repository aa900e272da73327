#include "http/request_parser.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "http/ascii.h"
#include "http/target.h"

namespace signet::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;
using beast::http::field;

constexpr std::size_t kMaxExtensionBytes = 1024;

// Singletons: RFC 9110, section 5.3: "a sender MUST NOT generate multiple field lines with the same name in a
// message
// [...] unless that field's definition allows multiple field line values to be recombined as a
// comma-separated list". Which of two Authorizations counts is nothing that a gateway and an API behind it
// may differ on.
constexpr std::array kSingletons = {field::host,   field::content_length, field::transfer_encoding,
                                    field::expect, field::authorization,  field::content_type};
constexpr unsigned kHostBit = 1U << 0;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// names_a_version tells "GET / HTTP/2.0" from a request line that has no version where it should be.
bool names_a_version(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\r'));
  const std::string_view version = line.substr(line.rfind(' ') + 1);
  return std::ranges::count(line, ' ') == 2 && version.size() == 8 && version.starts_with("HTTP/") &&
         is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
}

}  // namespace

RequestParser::RequestParser(const Limits& limits) : limits_(limits) {
  header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  body_limit(limits.body_bytes);
  eager(true);
}

RequestParser::Progress RequestParser::feed(std::string& input) {
  if (refusal_) return Progress::kRefused;
  return is_header_done() ? feed_body(input) : feed_head(input);
}

RequestParser::Progress RequestParser::feed_head(std::string& input) {
  // RFC 9112, section 2.2: "a server that is expecting to receive and parse a request-line SHOULD ignore at
  // least one empty line (CRLF) received prior to the request-line."
  if (!started_ && input.starts_with("\r\n")) input.erase(0, 2);
  if (input.empty() || (!started_ && input == "\r")) return Progress::kHead;
  started_ = true;
  if (!scan(input)) return Progress::kRefused;
  const std::size_t size = head_end_ != 0 ? head_end_ : input.size();
  if (size > limits_.header_bytes) {
    const bool endless_line = input.find('\n') > limits_.header_bytes;
    return endless_line ? refuse(414, "the request line is too long")
                        : refuse(431, "the headers are too large");
  }
  return head_end_ != 0 ? feed_body(input) : Progress::kHead;
}

/// scan looks for the end of the head, and for what Beast would let pass. It refuses at the first line that
/// shows it: one who ends lines in LF alone, or speaks TLS, should not have to wait for a deadline to learn
/// it.
bool RequestParser::scan(std::string_view input) {
  if (!is_token_char(input[0])) return refuse(400, "this is not an HTTP request"), false;
  for (auto lf = input.find('\n', scanned_); lf != input.npos; lf = input.find('\n', lf + 1)) {
    if (input[lf - 1] != '\r') return refuse(400, "a line must end in CRLF"), false;
    if (input.substr(0, lf + 1).ends_with("\r\n\r\n")) {
      head_end_ = lf + 1;
      return true;
    }
    scanned_ = lf;
    if (lf + 1 == input.size()) return true;  // the next byte decides whether it was folded
    // RFC 9112, section 5.2: "A server that receives an obs-fold in a request message [...] MUST either
    // reject the message by sending a 400 (Bad Request) [...] or replace each received obs-fold with one or
    // more SP octets".
    if (is_blank(input[lf + 1])) return refuse(400, "a header must not be folded"), false;
  }
  scanned_ = input.size();
  return true;
}

RequestParser::Progress RequestParser::feed_body(std::string& input) {
  if (input.empty()) return Progress::kBody;
  error_code error;
  const std::size_t taken = put(boost::asio::buffer(input), error);
  if (refusal_) return Progress::kRefused;
  if (error && error != error::need_more) return refuse(error, input);
  input.erase(0, taken);
  if (is_done()) return Progress::kComplete;
  // What the parser leaves of a body is a line of a chunk's, or trailers, without an end yet.
  if (input.size() > limits_.header_bytes) return refuse(431, "the trailers are too large");
  return Progress::kBody;
}

RequestParser::Progress RequestParser::refuse(int status, const char* why) {
  refusal_ = Refusal{status, why};
  return Progress::kRefused;
}

RequestParser::Progress RequestParser::refuse(error_code error, std::string_view input) {
  if (error == error::body_limit) return refuse(413, "the body is too large");
  if (error == error::header_limit) return refuse(431, "the headers are too large");
  if (error == error::bad_version) {
    return names_a_version(input) ? refuse(505, "this server speaks HTTP/1.1")
                                  : refuse(400, "the request line is malformed");
  }
  if (error == error::bad_method || error == error::bad_target) {
    return refuse(400, "the request line is malformed");
  }
  if (error == error::bad_field || error == error::bad_value) return refuse(400, "a header is malformed");
  if (error == error::bad_chunk || error == error::bad_chunk_extension) {
    return refuse(400, "a chunk is malformed");
  }
  return refuse(400, "the body's length is ambiguous");
}

void RequestParser::veto(error_code& error, int status, const char* why) {
  refuse(status, why);
  error = error::bad_value;  // only to stop the parser
}

void RequestParser::on_request_impl(beast::http::verb, text method, text target, int version,
                                    error_code& error) {
  version_ = version;
  request_.method = view(method);
  // RFC 9110, section 9.1: "An origin server that receives a request method that is unrecognized or not
  // implemented SHOULD respond with the 501 (Not Implemented) status code."
  if (!is_method(view(method))) {
    return veto(error, 501, "this server does not know that method");
  }
  if (target.size() > limits_.target_bytes) return veto(error, 414, "the request target is too long");
  auto parsed = http::parse_target(request_.method, view(target));
  if (!parsed) return veto(error, 400, parsed.error());
  request_.path = std::move(parsed->path);
  request_.queries = std::move(parsed->queries);
}

void RequestParser::on_field_impl(field name, text name_text, text value, error_code& error) {
  // RFC 9112, section 7.1.2: "A recipient MUST NOT merge a received trailer field into the header section
  // unless its corresponding header field definition explicitly permits". None here does: trailers are
  // dropped.
  if (is_header_done()) return;
  check_once(name, error);
  if (!error) check_field(name, view(value), error);
  if (!error) request_.headers.emplace_back(view(name_text), view(value));
}

void RequestParser::check_once(field name, error_code& error) {
  const auto found = std::ranges::find(kSingletons, name);
  if (found == kSingletons.end()) return;
  const unsigned bit = 1U << (found - kSingletons.begin());
  if ((seen_ & bit) != 0) veto(error, 400, "a header that must come once came twice");
  seen_ |= bit;
}

void RequestParser::check_field(field name, std::string_view value, error_code& error) {
  // RFC 9110, section 8.6: "Content-Length = 1*DIGIT". Lists like "5, 5" are allowed to be repaired; we do
  // not.
  if (name == field::content_length && !std::ranges::all_of(value, http::is_digit)) {
    return veto(error, 400, "Content-Length must be one number");
  }
  // RFC 9112, section 3.2: "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1
  // request message that [...] contains more than one Host header field line or a Host header field with an
  // invalid field value."
  if (name == field::host && !is_host(value)) return veto(error, 400, "Host is malformed");
  if (name == field::transfer_encoding) return check_transfer_encoding(value, error);
  if (name == field::expect) return check_expect(value, error);
}

void RequestParser::check_transfer_encoding(std::string_view value, error_code& error) {
  // RFC 9112, section 6.1: "A server or client that receives an HTTP/1.0 message containing a
  // Transfer-Encoding header field MUST treat the message as if the framing is faulty".
  if (is_http_1_0()) return veto(error, 400, "HTTP/1.0 has no Transfer-Encoding");
  if (equal_names(value, "chunked")) return;
  // RFC 9112, section 6.3: "If a Transfer-Encoding header field is present in a request and the chunked
  // transfer coding is not the final encoding, [...] the server MUST respond with the 400 (Bad Request)
  // status code and then close the connection."
  std::string_view last = value.substr(value.rfind(',') + 1);
  while (!last.empty() && is_blank(last.front())) last.remove_prefix(1);
  if (!equal_names(last, "chunked")) return veto(error, 400, "the last transfer coding must be chunked");
  // RFC 9112, section 6.1: "A server that receives a request message with a transfer coding it does not
  // understand SHOULD respond with 501 (Not Implemented)."
  veto(error, 501, "chunked is the only transfer coding here");
}

void RequestParser::check_expect(std::string_view value, error_code& error) {
  // RFC 9110, section 10.1.1: "A server that receives a 100-continue expectation in an HTTP/1.0 request MUST
  // ignore that expectation."
  if (is_http_1_0()) return;
  wants_continue_ = equal_names(value, "100-continue");
  if (!wants_continue_) veto(error, 417, "the only expectation known here is 100-continue");
}

void RequestParser::on_header_impl(error_code& error) {
  // RFC 9112, section 3.2: "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1
  // request message that lacks a Host header field".
  if (!is_http_1_0() && (seen_ & kHostBit) == 0) veto(error, 400, "Host is missing");
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) {
  if (length) request_.body.reserve(*length);  // within the limit: the parser has checked
}

std::size_t RequestParser::on_body_impl(text body, error_code&) {
  request_.body.append(view(body));
  return body.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t, text extensions, error_code& error) {
  // RFC 9112, section 7.1.1: "A recipient MUST ignore unrecognized chunk extensions. A server ought to limit
  // the total length of chunk extensions received in a request".
  extension_bytes_ += extensions.size();
  if (extension_bytes_ > kMaxExtensionBytes) veto(error, 400, "the chunk extensions are too large");
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, text body, error_code& error) {
  return on_body_impl(body, error);
}

}  // namespace signet::http
