// HttpClient is the one HTTP client of the house, on libcurl: the guard fetches keys with it, the command
// line talks to the issuer. Bounded in size and time; it never follows a redirect, because a key set must
// come from where the operator said.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "signet/result.h"

namespace signet::guard {

struct HttpRequest {
  std::string method = "GET";
  std::string url{};  // http:// or https://
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  std::chrono::milliseconds timeout = std::chrono::seconds(5);  // for everything, name look-up included
  std::size_t max_body = 1024 * 1024;
  std::stop_token stop{};  // ends the request at once, from whichever thread
};

struct HttpAnswer {
  int status = 0;
  std::string content_type;
  std::string cache_control;
  std::vector<std::string> set_cookies;
  std::string body;
};

/// Fetcher is the seam where tests put networks that fail.
class Fetcher {
 public:
  virtual ~Fetcher() = default;

  /// fetch returns what the server answered, whatever its status. kUnavailable: no answer, not in time, too
  /// large, or stopped. kInvalidArgument: not an http or https URL. Safe to call from many threads.
  [[nodiscard]] virtual Result<HttpAnswer> fetch(const HttpRequest& request) = 0;
};

/// HttpClient uses no proxy for http URLs, whatever the environment says: what goes to this machine in the
/// clear stays on it, and what goes to another is read by nobody who was not asked to. https goes through
/// proxies as libcurl does it. Connections are kept and used again.
class HttpClient final : public Fetcher {
 public:
  HttpClient();
  ~HttpClient() override;
  [[nodiscard]] Result<HttpAnswer> fetch(const HttpRequest& request) override;

 private:
  class Line;  // libcurl's, with its connections; for one request at a time
  [[nodiscard]] std::unique_ptr<Line> take_line();
  void give_back(std::unique_ptr<Line> line);

  std::mutex mutex_;  // guards what follows
  std::vector<std::unique_ptr<Line>> idle_;
};

/// Exposure says who can read and change what goes to a URL.
enum class Exposure : std::uint8_t { kNone, kNetwork };

/// exposure_of returns kNetwork for http to any host but this one (localhost, 127.0.0.0/8, [::1]), kNone for
/// https. kInvalidArgument: neither an http nor an https URL, or one with a user name in it.
[[nodiscard]] Result<Exposure> exposure_of(const std::string& url);

}  // namespace signet::guard
