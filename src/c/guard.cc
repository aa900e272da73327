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

void write_time(signet::json::Writer& json, const char* name, const std::optional<signet::Time>& time) {
  json.key(name);
  time ? json.integer(signet::unix_seconds(*time)) : json.null();
}

void write_revocations(signet::json::Writer& json, const signet::RevocationStatus& status) {
  json.begin_object().member("epoch", status.epoch).member("sequence", status.sequence);
  write_time(json, "fresh_at", status.fresh_at);
  json.member("is_stale", status.is_stale)
      .member("is_loading", status.is_loading)
      .member("from_disk", status.from_disk)
      .member("lists", status.lists)
      .member("bytes", status.bytes);
  json.member("requests", status.requests)
      .member("failures", status.failures)
      .member("last_error", status.last_error)
      .member("copy_error", status.copy_error)
      .end_object();
}

std::string to_json(const signet::GuardStatus& status) {
  signet::json::Writer json;
  json.begin_object().member("keys", status.keys);
  write_time(json, "refreshed_at", status.refreshed_at);
  json.member("from_disk", status.from_disk)
      .member("fetches", status.fetches)
      .member("failures", status.failures);
  json.member("last_error", status.last_error).member("copy_error", status.copy_error);
  json.member("skipped_keys", status.skipped_keys.size())
      .member("cached_tokens", status.cached_tokens)
      .member("cache_bytes", status.cache_bytes)
      .key("revocations");
  status.revocations ? write_revocations(json, *status.revocations) : static_cast<void>(json.null());
  json.end_object();
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
