#include "server/audit.h"

#include <fmt/core.h>

#include <algorithm>

#include "server/log.h"

namespace signet::server {
namespace {

constexpr std::size_t kLongestPath = 200;

/// What was made, if anything was; else what was asked for.
std::string target(const http::Request& request, const http::Response& outcome) {
  const auto location = std::ranges::find(outcome.headers, "Location", &http::Field::first);
  return for_log(location != outcome.headers.end() ? location->second
                                                   : std::string_view(request.path).substr(0, kLongestPath));
}

}  // namespace

void audit(const storage::SessionAndUser& who, std::string_view action, const http::Request& request,
           const http::Response& outcome) {
  log_audit(fmt::format("{} ({}) did {} on {} from {}: {}", who.user.username, who.user.id, action,
                        target(request, outcome), request.remote_address, outcome.status));
}

void audit_refused(std::string_view action, const http::Request& request, const http::Response& outcome) {
  log_audit(fmt::format("nobody known tried {} on {} from {}: {}", action, target(request, outcome),
                        request.remote_address, outcome.status));
}

void audit_session(std::string_view event, std::string_view who, const http::Request& request) {
  log_audit(fmt::format("{} {} from {}", who, event, request.remote_address));
}

void audit_reuse(std::string_view session, const http::Request& request) {
  log_audit(fmt::format(
                "refresh token of session {} used again, from {}: somebody has a copy; the session is ended",
                session, request.remote_address),
            Config::LogLevel::kWarn);
}

}  // namespace signet::server
