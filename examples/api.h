// What the three example APIs have in common: their options, the guard in front of each route, and the
// answers to those whom it refuses. An API of yours needs `guarded` and little else of this.
//
//   --port N              where to listen, on 127.0.0.1
//   --issuer URL          who issues the tokens; the keys are fetched from there, unless --key is given
//   --key FILE            the key, given ahead: PEM, JWK or JWK Set; then nothing is fetched but revocations
//   --algorithm NAME      the algorithm of a key file that names none, as RSA keys in PEM do
//   --cache FOLDER        where to keep what the issuer has told, to start with while it is down
//   --revocations URL     where to hear of revocations, if not from the issuer itself
//   --max-staleness SECS  how old what is known of revocations may be
//
// SIGNET_VERIFIER_KEY in the environment: with it the issuer lists this API among those that it tells of revocations.
#pragma once

#include <signet/guard.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

#include "http/server.h"

namespace example {

using signet::http::Request;
using signet::http::Response;
using signet::http::Router;

struct Options {
  std::uint16_t port = 0;
  signet::GuardOptions guard;
};

inline Options read_options(const std::string& audience, int argc, char** argv) {
  Options options;
  options.guard.audience = audience;
  options.guard.follow_revocations = true;  // also where the key was given ahead
  if (const char* const key = std::getenv("SIGNET_VERIFIER_KEY")) options.guard.verifier_key = key;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--port")
      options.port = static_cast<std::uint16_t>(std::atoi(value.c_str()));
    else if (name == "--issuer")
      options.guard.issuer = value;
    else if (name == "--key")
      options.guard.key_file = value;
    else if (name == "--algorithm")
      options.guard.algorithm = signet::parse_algorithm(value).value();
    else if (name == "--cache")
      options.guard.cache_dir = value;
    else if (name == "--revocations")
      options.guard.revocations_url = value;
    else if (name == "--max-staleness")
      options.guard.max_staleness = std::chrono::seconds(std::atoi(value.c_str()));
    else
      argc = 0;
  }
  if (argc % 2 == 0) {
    std::fprintf(stderr,
                 "usage: %s --port N --issuer URL [--key FILE [--algorithm NAME]] [--cache FOLDER]\n"
                 "       [--revocations URL] [--max-staleness SECONDS]\n",
                 argv[0]);
    std::exit(2);
  }
  return options;
}

inline signet::Guard open_guard(const Options& options) {
  auto guard = signet::Guard::open(options.guard);
  if (!guard) {
    std::fprintf(stderr, "%s: no keys to check tokens with: %s\n", options.guard.audience.c_str(),
                 guard.error().what);
    std::exit(1);
  }
  return *guard;
}

/// RFC 6750 §3: "All challenges defined by this specification MUST use the auth-scheme value "Bearer". This
/// scheme MUST be followed by one or more auth-param values." RFC 9068 §4: "the authorization server response
/// MUST include the error code "invalid_token"."
inline constexpr const char* kChallenge = R"(Bearer realm="api")";
inline constexpr const char* kInvalidToken = R"(Bearer realm="api", error="invalid_token")";
inline constexpr const char* kInsufficientScope = R"(Bearer realm="api", error="insufficient_scope")";

/// guarded lets a request through to `handler` only with a token that the guard accepts. The client learns
/// that its token is invalid, and no more (RFC 6750 §3.1); the reason is for the log.
inline signet::http::Handler guarded(
    const signet::Guard& guard,
    std::function<Response(const Request&, const signet::VerifiedToken&)> handler) {
  return [&guard, handler = std::move(handler)](const Request& request) {
    const auto authorization = request.header("Authorization");
    if (!authorization)
      return Response::problem(401, "a token is needed").with("WWW-Authenticate", kChallenge);
    const auto token = guard.check(*authorization);
    if (token) return handler(request, *token);

    const std::string code(signet::errc_name(token.error().code));
    std::fprintf(stderr, "%s %s refused: %s (%s)\n", request.method.c_str(), request.path.c_str(),
                 code.c_str(), token.error().what);
    if (signet::http_status(token.error().code) == 503) return Response::problem(503, "try again later");
    return Response::problem(401, "the token is not valid").with("WWW-Authenticate", kInvalidToken);
  };
}

/// forbidden is the answer to a good token that does not allow this; `what` names what is missing.
inline Response forbidden(const std::string& what) {
  return Response::problem(403, "not allowed", what).with("WWW-Authenticate", kInsufficientScope);
}

inline int serve(const Options& options, Router router) {
  auto server =
      signet::http::Server::listen({.port = options.port, .stop_on_signals = true}, std::move(router));
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().what.c_str());
    return 1;
  }
  std::printf("%s listens on http://127.0.0.1:%u\n", options.guard.audience.c_str(), (*server)->port());
  std::fflush(stdout);
  (*server)->run();
  return 0;
}

}  // namespace example
