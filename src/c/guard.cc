#include "signet/guard.h"

#include "c/boundary.h"
#include "c/options.h"
#include "json/writer.h"

using namespace signet::c;
using signet::Result;

struct signet_guard {
  signet::Guard guard;
};

namespace {

std::string to_json(const signet::GuardStatus& status) {
  signet::json::Writer json;
  json.begin_object().member("keys", status.keys).key("refreshed_at");
  status.refreshed_at ? json.integer(signet::unix_seconds(*status.refreshed_at)) : json.null();
  json.member("from_disk", status.from_disk)
      .member("fetches", status.fetches)
      .member("failures", status.failures);
  json.member("last_error", status.last_error).member("copy_error", status.copy_error).end_object();
  return json.take();
}

}  // namespace

signet_code signet_guard_open(const signet_options* options, signet_guard** guard, const char** why) {
  if (guard) *guard = nullptr;
  return at_boundary(why, [&]() -> Result<void> {
    if (!guard) return std::unexpected(kNullArgument);
    TRY(values, guard_options(options));
    TRY(opened, signet::Guard::open(std::move(values)));
    *guard = new signet_guard{std::move(opened)};
    return {};
  });
}

void signet_guard_free(signet_guard* guard) {
  delete guard;
}

signet_code signet_guard_check(const signet_guard* guard, const char* authorization, size_t length,
                               signet_token** token, const char** why) {
  if (token) *token = nullptr;
  return at_boundary(why, [&]() -> Result<void> {
    if (!guard || !authorization || !token) return std::unexpected(kNullArgument);
    return hand_over_token(guard->guard.check(given(authorization, length)), token);
  });
}

signet_code signet_guard_check_token(const signet_guard* guard, const char* text, size_t length,
                                     signet_token** token, const char** why) {
  if (token) *token = nullptr;
  return at_boundary(why, [&]() -> Result<void> {
    if (!guard || !text || !token) return std::unexpected(kNullArgument);
    return hand_over_token(guard->guard.check_token(given(text, length)), token);
  });
}

signet_code signet_guard_refresh(const signet_guard* guard, const char** why) {
  return at_boundary(why, [&]() -> Result<void> {
    if (!guard) return std::unexpected(kNullArgument);
    return guard->guard.refresh();
  });
}

signet_code signet_guard_status_json(const signet_guard* guard, char** json) {
  if (json) *json = nullptr;
  return at_boundary(nullptr, [&]() -> Result<void> {
    if (!guard || !json) return std::unexpected(kNullArgument);
    *json = hand_over(to_json(guard->guard.status()));
    return {};
  });
}
