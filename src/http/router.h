// Which handler answers which request, and on which thread.
//
//   Router router;
//   router.add("GET", "/healthz", [](const Request&) { return Response::text(200, "ok\n"); })
//       .add("GET", "/v1/admin/users/{id}", show_user, Lane::kBlocking)
//       .add("POST", "/v1/login", log_in, Lane::kPassword);
//
// Build it on one thread, hand it to Server::listen. A literal segment beats a {name}; a {name} matches one
// segment that is not empty. GET answers HEAD as well. Without a handler: 404, or 405 with `Allow`; OPTIONS
// gets 204 with `Allow`. A handler that throws is logged and answers a bland 500.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/message.h"
#include "http/responder.h"

namespace signet::http {

/// Lane says where a handler runs. Whatever a handler does, the I/O threads go on serving others.
enum class Lane {
  kInline,    // on the I/O thread: for what needs neither disk nor hashing
  kBlocking,  // on the pool for the database
  kPassword,  // on the small pool for Argon2id
};

using Handler = std::function<Response(const Request&)>;
using AsyncHandler = std::function<void(const Request&, Responder)>;

class Router {
 public:
  /// add throws std::logic_error for a bad pattern or one that is taken: a mistake in the program.
  Router& add(std::string_view method, std::string_view pattern, Handler handler, Lane lane = Lane::kInline);

  /// add_async is for handlers that answer later (responder.h). They are called on the I/O thread.
  Router& add_async(std::string_view method, std::string_view pattern, AsyncHandler handler);

  struct Route {
    AsyncHandler handler;  // one that only answers later, or a plain one that answers before it returns
    Lane lane = Lane::kInline;
  };

  /// Found is a route; or else none, and the answer that says why.
  struct Found {
    const Route* route = nullptr;
    Response refusal;
  };

  /// find looks up the request's method and path, and sets its parameters.
  [[nodiscard]] Found find(Request& request) const;

 private:
  using Methods = std::map<std::string, Route, std::less<>>;
  struct Pattern {
    std::vector<std::string> segments;  // "{id}" matches anything
    Methods methods;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  Router& add_route(std::string_view method, std::string_view pattern, Route route);
  [[nodiscard]] Methods& methods_of(std::string_view pattern);
  [[nodiscard]] const Methods* match(Request& request) const;

  std::unordered_map<std::string, Methods, TextHash, std::equal_to<>> literals_;  // by the whole path
  std::vector<Pattern> patterns_;  // those with {names}, the more literal ones first
};

}  // namespace signet::http
