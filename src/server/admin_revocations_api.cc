// Revocation, for administrators: revoke, and see who has heard of it.
#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "base/try.h"
#include "json/writer.h"
#include "server/authorize.h"
#include "server/body.h"
#include "server/json_views.h"
#include "server/key_life.h"
#include "server/log.h"
#include "server/names.h"
#include "server/revocation_ticket.h"

namespace signet::server {
namespace {

using http::Request;
using http::Response;
using storage::Revoked;

constexpr std::size_t kMostNamed = 100;  // of those that are waited for
constexpr Length kName{.least = 1, .most = kMaxUsername};

/// Target is what to revoke: one of them.
struct Target {
  std::optional<std::string> session, user, account, key;
  bool everyone = false;
};

Step<Target> read_target(const Request& request) {
  Body body(request);
  Target target{.session = body.optional_text("session", kName),
                .user = body.optional_text("user", kName),
                .account = body.optional_text("account", kName),
                .key = body.optional_text("key", kName),
                .everyone = body.optional_flag("everyone").value_or(false)};
  const int named = target.session.has_value() + target.user.has_value() + target.account.has_value() +
                    target.key.has_value() + target.everyone;
  if (named != 1) body.refuse("", "name one to revoke: session, user, account, key, or everyone as true");
  if (auto problem = body.problem()) return std::unexpected(std::move(*problem));
  return target;
}

Step<Revoked> revoked_or_refusal(const Result<Revoked>& revoked, std::string_view what) {
  if (revoked) return *revoked;
  if (revoked.error().code == Errc::kNotFound) {
    return std::unexpected(not_found(fmt::format("there is no such {}", what)));
  }
  return std::unexpected(unavailable());
}

Step<Revoked> revoke_account(App& app, const std::string& name, Time now) {
  const auto account = app.store.find_account(name);
  if (!account) return revoked_or_refusal(std::unexpected(account.error()), "account");
  return revoked_or_refusal(app.store.revoke_user(account->id, now), "account");
}

Step<Revoked> revoke_key(App& app, const std::string& kid) {
  const auto dropped = drop_signing_key(app, kid);
  if (dropped)
    return Revoked{.seq = static_cast<std::int64_t>(app.feed->log().now().position.seq), .sessions = 0};
  if (dropped.error().code == Errc::kNotFound) return std::unexpected(not_found(dropped.error().what));
  if (dropped.error().code == Errc::kUnsupported)
    return std::unexpected(conflict(dropped.error().what, "key"));
  return std::unexpected(unavailable());
}

Step<Revoked> revoke(App& app, const Target& target, Time now) {
  if (target.session) return revoked_or_refusal(app.store.revoke_session(*target.session, now), "session");
  if (target.user) return revoked_or_refusal(app.store.revoke_user(*target.user, now), "user");
  if (target.account) return revoke_account(app, *target.account, now);
  if (target.key) return revoke_key(app, *target.key);
  return revoked_or_refusal(app.store.revoke_everyone(now), "session");
}

void write_verifier(json::Writer& json, const App& app, const VerifierState& state) {
  const auto head = app.feed->log().now().position.seq;
  json.begin_object().member("service", state.contact.service).member("instance", state.contact.instance);
  json.member("version", state.contact.version).member("address", state.contact.remote_address);
  json.member("connected", state.asking).key("applied");
  if (state.contact.applied) {
    json.integer(static_cast<std::int64_t>(*state.contact.applied));
    json.member("lag", head - std::min(head, *state.contact.applied));
  } else {
    json.null().key("lag").null();
  }
  json.member("max_staleness", state.contact.max_staleness.count());
  json.member("last_contact", rfc3339(state.last_contact)).member("fresh_until", rfc3339(state.fresh_until));
  json.end_object();
}

void write_progress(json::Writer& json, const App& app, const RevocationTicket& ticket) {
  const auto progress = app.feed->verifiers().progress(ticket.seq, ticket.expired, app.clock.now());
  json.member("applied", progress.applied).member("verifiers", progress.of());
  json.member("complete", progress.waiting_for.empty()).member("took_ms", progress.took.count());
  json.member("listening_since", rfc3339(app.feed->started_at()));
  json.key("waiting_for").begin_array();
  for (const VerifierState& state :
       std::span(progress.waiting_for).first(std::min(progress.waiting_for.size(), kMostNamed))) {
    write_verifier(json, app, state);
  }
  json.end_array();
}

/// expiry_of returns when the last token that is revoked will have expired by itself: a day is the most that any setting
/// allows, and what the settings were when a token was made nobody knows any more. What a stolen key signs may live for
/// any time.
Time expiry_of(const Target& target, Time now) {
  return now + (target.key ? std::chrono::days(366) : std::chrono::days(1));
}

/// Who did it stands in the line that for_admins writes.
void audit_revocation(const Target& target, const Revoked& revoked) {
  const std::pair<const char*, const std::optional<std::string>&> named[] = {
      {"session", target.session}, {"user", target.user}, {"account", target.account}, {"key", target.key}};
  std::string what = "everyone";
  for (const auto& [kind, name] : named) {
    if (name) what = fmt::format("{} {}", kind, for_log(*name));
  }
  log_audit(
      fmt::format("revoked {}: {} sessions, event {} of the feed", what, revoked.sessions, revoked.seq));
}

Step<Response> post_revocation(App& app, const Request& request) {
  TRY(target, read_target(request));
  const Time now = app.clock.now();
  TRY(revoked, revoke(app, target, now));
  audit_revocation(target, revoked);
  const RevocationTicket ticket{.seq = static_cast<std::uint64_t>(revoked.seq),
                                .expired = expiry_of(target, now)};
  app.feed->verifiers().note_revocation(ticket.seq, now);
  json::Writer json;
  json.begin_object().member("seq", revoked.seq).member("revoked", revoked.sessions);
  json.member("ticket", write_revocation_ticket(app.master_key, ticket)).end_object();
  return Response::json(200, json.take());
}

/// Who revoked everyone has no session left to ask with: so the ticket opens this, and nothing else.
Response show_progress(const App& app, const Request& request) {
  const auto text = bearer_token(request);
  const auto ticket = text ? read_revocation_ticket(app.master_key, *text) : std::nullopt;
  const auto seq = request.parameter("seq");
  if (!ticket || seq != std::to_string(ticket->seq)) {
    return unauthenticated(text ? "invalid_token" : "",
                           "this needs the ticket that the revocation was answered with");
  }
  json::Writer json;
  json.begin_object().member("seq", ticket->seq);
  write_progress(json, app, *ticket);
  return Response::json(200, json.end_object().take());
}

Step<Response> list_verifiers(App& app, const Request&) {
  json::Writer json;
  const auto now = app.feed->log().now();
  json.begin_object().member("seq", now.position.seq).member("epoch", now.position.epoch);
  json.member("listening_since", rfc3339(app.feed->started_at()));
  json.key("verifiers").begin_array();
  for (const VerifierState& state : app.feed->verifiers().list(app.clock.now()))
    write_verifier(json, app, state);
  return Response::json(200, json.end_array().end_object().take());
}

}  // namespace

void add_admin_revocations_api(http::Router& router, App& app) {
  using enum http::Lane;
  router.add("POST", "/v1/admin/revocations", for_admins(app, post_revocation, "revoke"), kBlocking)
      .add("GET", "/v1/admin/revocations/{seq}",
           [&app](const Request& request) { return show_progress(app, request); })
      .add("GET", "/v1/admin/verifiers", for_admins(app, list_verifiers, "list-verifiers"), kBlocking);
}

}  // namespace signet::server
