// The issuer's HTTP API, as the commands for people and administrators use it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/trouble.h"
#include "json/document.h"
#include "signet/json.h"

namespace CLI {
class App;
}

namespace signet::cli {

/// Answer is a success: a JSON object, which is empty where the server had nothing to say.
struct Answer {
  json::DocumentPtr document;

  [[nodiscard]] Json root() const { return json::root(*document); }
};

/// read_answer fails when `body` is neither empty nor a JSON object, which a Signet server's always is.
[[nodiscard]] OrTrouble<Answer> read_answer(const std::string& body, const std::string& server);

struct ServerOptions {
  std::optional<std::string> server;
  std::optional<std::string> token;
};

/// add_server_option declares --server and SIGNET_SERVER; add_admin_options --token and SIGNET_TOKEN, too.
void add_server_option(CLI::App& app, ServerOptions& options);
void add_admin_options(CLI::App& app, ServerOptions& options);

/// Api calls one server. A refusal becomes a Trouble in the server's own words, with the way out where it is
/// known.
class Api {
 public:
  /// open_public is for calls without a token; without --server, at http://127.0.0.1:7700.
  [[nodiscard]] static OrTrouble<Api> open_public(const std::optional<std::string>& server);

  /// open uses --token, or else the saved session, which it refreshes when it has expired. A saved session's
  /// tokens go to its own server only.
  [[nodiscard]] static OrTrouble<Api> open(const ServerOptions& options);

  [[nodiscard]] const std::string& server() const { return server_; }

  [[nodiscard]] OrTrouble<Answer> get(const std::string& path) const { return call("GET", path, {}); }
  [[nodiscard]] OrTrouble<Answer> call(const std::string& method, const std::string& path,
                                       const std::string& body) const;

 private:
  Api(std::string server, std::string token) : server_(std::move(server)), token_(std::move(token)) {}

  std::string server_;
  std::string token_;  // empty: none is sent
};

/// for_each_listed asks for a list page by page, and hands the elements of each page's array `member` to `take`, which must
/// not keep them.
[[nodiscard]] OrTrouble<void> for_each_listed(const Api& api, const std::string& path, const char* member,
                                              const std::function<void(Json)>& take);

/// percent_encoded makes any text one segment of a path, or one value of a query (RFC 3986 §2.1).
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace signet::cli
