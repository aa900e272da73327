// Bytes in, one Request out, or the reason to refuse it. No I/O: tests and fuzzers feed it what they like.
//
// Beast's parser knows the grammar. What it is lenient about (folded lines, lists of lengths, codings it does
// not know, trailers that pose as headers) is refused here: whatever two readers of the same bytes could
// disagree on lets one request be smuggled inside another (RFC 9112, section 11.2).
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/server.h"

namespace signet::http {

/// Refusal is why a request was not understood. The connection answers and closes: what follows cannot be
/// framed.
struct Refusal {
  int status;
  const char* why;  // a sentence for the client
};

class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  enum class Progress { kHead, kBody, kComplete, kRefused };  // reading the head, reading the body, ...

  explicit RequestParser(const Limits& limits);

  /// feed takes what it can use from the front of `input` and says how far it has come. Call it again with
  /// more. What it leaves after kComplete is the next request's.
  Progress feed(std::string& input);

  /// refuse is for a reason that the bytes do not show: time.
  Progress refuse(int status, const char* why);

  /// request is whole after kComplete; before that, and after kRefused, it has what was understood.
  [[nodiscard]] Request& request() { return request_; }
  [[nodiscard]] const std::optional<Refusal>& refusal() const { return refusal_; }

  /// keep_alive tells whether the client lets the connection go on.
  [[nodiscard]] bool keep_alive() const { return basic_parser::keep_alive(); }
  [[nodiscard]] bool is_http_1_0() const { return version_ == 10; }

  /// wants_continue tells whether the client waits for a 100 before it sends the body.
  [[nodiscard]] bool wants_continue() const { return wants_continue_; }

 private:
  using error_code = boost::beast::error_code;
  using text = boost::beast::string_view;
  using field = boost::beast::http::field;

  Progress feed_head(std::string& input);
  Progress feed_body(std::string& input);
  Progress refuse(error_code error, std::string_view input);
  void veto(error_code& error, int status, const char* why);  // refuses from inside the parser
  [[nodiscard]] bool scan(std::string_view input);

  void check_once(field name, error_code& error);
  void check_field(field name, std::string_view value, error_code& error);
  void check_transfer_encoding(std::string_view value, error_code& error);
  void check_expect(std::string_view value, error_code& error);

  void on_request_impl(boost::beast::http::verb verb, text method, text target, int version,
                       error_code& error) override;
  void on_field_impl(field name, text name_string, text value, error_code& error) override;
  void on_header_impl(error_code& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& error) override;
  std::size_t on_body_impl(text body, error_code& error) override;
  void on_chunk_header_impl(std::uint64_t size, text extensions, error_code& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t remain, text body, error_code& error) override;
  void on_response_impl(int, text, int, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  const Limits& limits_;
  Request request_;
  std::optional<Refusal> refusal_;
  std::size_t scanned_ = 0;          // of the head: where the search for its end goes on
  std::size_t head_end_ = 0;         // one past the head's last byte, once it is all there
  std::size_t extension_bytes_ = 0;  // of all chunks so far
  unsigned seen_ = 0;                // which of the headers have come that must not come twice
  int version_ = 0;
  bool started_ = false;
  bool wants_continue_ = false;
};

}  // namespace signet::http
