#include <fmt/format.h>

#include "base/try.h"
#include "cli/api.h"
#include "cli/applied.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/confirm.h"
#include "cli/find_user.h"
#include "cli/lifetime.h"
#include "cli/password.h"
#include "cli/table.h"
#include "json/writer.h"

namespace signet::cli {
namespace {

struct RevokeOptions {
  ServerOptions server;
  const char* kind = nullptr;  // the API's word for it
  std::string name;
  std::optional<std::string> wait;
  bool yes = false;
};

/// What to revoke, as the API names it: users by id.
OrTrouble<std::string> revocation_body(const RevokeOptions& options, const Api& api) {
  const std::string_view kind = options.kind;
  json::Writer json;
  json.begin_object();
  if (kind == "everyone") return json.member("everyone", true).end_object().take();
  if (kind != "user") return json.member(kind, options.name).end_object().take();
  TRY(user, find_user(api, options.name));
  return json.member(kind, cell(user.root(), "id")).end_object().take();
}

std::string said(const RevokeOptions& options, const Answer& revocation) {
  const std::string_view kind = options.kind;
  const std::string count = cell(revocation.root(), "revoked");
  const std::string sessions = count + (count == "1" ? " session" : " sessions");
  if (kind == "key") return fmt::format("dropped the key {}", options.name);
  if (kind == "session") return fmt::format("revoked the session {}", options.name);
  if (kind == "everyone") return fmt::format("revoked all sessions: {}", count);
  return fmt::format("revoked {} of the {} {}", sessions, kind, options.name);
}

/// One object: what was revoked, and how far it has got.
std::string with_progress(const Answer& revocation, const Answer& progress) {
  json::Writer json;
  json.begin_object().key("revoked").raw(revocation.root().member("revoked")->text());
  for (const auto& [name, value] : progress.root().members()) json.key(name).raw(value.text());
  return json.end_object().take();
}

OrTrouble<Exit> revoke(const RevokeOptions& options, Context& context) {
  TRY_DO(check_text(options.kind, options.name));
  std::chrono::seconds patience{0};
  if (options.wait) {
    TRY(seconds, parse_lifetime(*options.wait, "--wait"));
    patience = std::chrono::seconds(seconds);
  }
  TRY(api, Api::open(options.server));
  const bool everyone = std::string_view(options.kind) == "everyone";
  if (everyone && !options.yes) {
    TRY_DO(confirm("This ends all sessions of all users and accounts, yours too.", context.input));
  }
  TRY(body, revocation_body(options, api));
  TRY(revocation, api.call("POST", "/v1/admin/revocations", body));
  const Json root = revocation.root();
  if (!root.member("seq") || !root.member("revoked") || !root.member("ticket")) {
    return refused(Errc::kMalformed, api.server() + " does not say what it has revoked");
  }
  if (!context.json) print_line(printable(said(options, revocation)));
  if (!options.wait) {
    if (context.json) print_line(root.text());
    return Exit::kFine;
  }
  TRY(progress, await_verifiers(api, revocation, patience));
  if (context.json) {
    print_line(with_progress(revocation, progress));
  } else {
    print_applied(progress);
  }
  return is_applied_by_all(progress) ? Exit::kFine : Exit::kRefused;
}

CLI::App& add_kind(CLI::App& group, const Words& words, const char* argument, Context& context) {
  auto [app, options] = add_command(group, words, context, revoke);
  options.kind = words.name;
  if (argument) {
    add_option(app, argument, options.name, "What to revoke; behind -- when it begins with -").required();
  } else {
    add_flag(app, "--yes", options.yes, "Do not ask whether this is meant");
  }
  add_with_fallback(
      app, "--wait", options.wait, "10s",
      "Wait until every verifier has applied it, for this long at most; exit status 1 when one has "
      "not, or when there is none. A verifier is who polls with a key: signet service verifier-key. In "
      "front of a -- say --wait=10s");
  add_admin_options(app, options.server);
  return app;
}

}  // namespace

void add_revoke_commands(CLI::App& root, Context& context) {
  CLI::App& group = add_group(
      root, "revoke", "End sessions at once, at every API; log in first: signet login --audience signet NAME",
      context);
  add_kind(group,
           {"session", "Revoke one session: the claim `sid` of its tokens, as signet inspect shows it",
            "signet revoke session BPQ6YMByvkNmeAHkx0_NTQ --wait"},
           "ID", context);
  add_kind(group,
           {"user", "Revoke all sessions of a user, who may log in again", "signet revoke user alice --wait"},
           "NAME", context);
  add_kind(group,
           {"account", "Revoke all tokens of a service account, which may get new ones",
            "signet revoke account reports --wait 30s"},
           "NAME", context);
  add_kind(group,
           {"key", "Drop a compromised signing key: all that it signed is refused",
            "signet revoke key KID --wait"},
           "KID", context);
  add_kind(group,
           {"everyone", "Revoke all sessions that there are", "signet revoke everyone --yes --wait 30s"},
           nullptr, context);
}

}  // namespace signet::cli
