#include "server/audit.h"

#include <spdlog/spdlog.h>

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
  spdlog::info("audit: {} ({}) did {} on {} from {}: {}", who.user.username, who.user.id, action,
               target(request, outcome), request.remote_address, outcome.status);
}

void audit_refused(std::string_view action, const http::Request& request, const http::Response& outcome) {
  spdlog::info("audit: nobody known tried {} on {} from {}: {}", action, target(request, outcome),
               request.remote_address, outcome.status);
}

void audit_session(std::string_view event, std::string_view who, const http::Request& request) {
  spdlog::info("audit: {} {} from {}", who, event, request.remote_address);
}

}  // namespace signet::server
