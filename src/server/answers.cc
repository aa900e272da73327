#include "server/answers.h"

#include <fmt/core.h>

namespace signet::server {

using http::Response;

Response either(Step<Response> answer) {
  return answer ? std::move(*answer) : std::move(answer.error());
}

Response bad_field(std::string_view field, std::string_view detail) {
  return Response::problem(400, "Bad Request", detail, field);
}

Response unauthenticated(std::string_view error, std::string_view detail) {
  // RFC 6750 §3: "the resource server MUST include the HTTP "WWW-Authenticate" response header field", of the
  // scheme "Bearer", which "MUST be followed by one or more auth-param values." RFC 6750 §3.1: "If the
  // request lacks any authentication information", it "SHOULD NOT include an error code".
  std::string challenge = "Bearer realm=\"signet\"";
  if (!error.empty()) challenge += fmt::format(", error=\"{}\"", error);
  return Response::problem(401, "Unauthorized", detail).with("WWW-Authenticate", std::move(challenge));
}

Response forbidden(std::string_view detail, std::string_view field) {
  return Response::problem(403, "Forbidden", detail, field);
}

Response not_found(std::string_view detail) {
  return Response::problem(404, "Not Found", detail);
}

Response conflict(std::string_view detail, std::string_view field) {
  return Response::problem(409, "Conflict", detail, field);
}

Response unavailable() {
  return Response::problem(503, "Service Unavailable", "the issuer cannot do this just now; try again")
      .with("Retry-After", "2");
}

Response created(std::string json, std::string location) {
  return Response::json(201, std::move(json)).with("Location", std::move(location));
}

}  // namespace signet::server
