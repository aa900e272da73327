#include "base/try.h"
#include "cli/api.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/password.h"
#include "cli/table.h"
#include "json/writer.h"

namespace signet::cli {
namespace {

const std::string kKeys = "/v1/admin/keys";

struct ListOptions {
  ServerOptions server;
};

OrTrouble<Exit> list(const ListOptions& options, Context& context) {
  TRY(api, Api::open(options.server));
  TRY(answer, api.get(kKeys));
  if (context.json) {
    print_line(answer.root().text());
    return Exit::kFine;
  }
  const auto keys = answer.root().member("keys");
  if (!keys) return refused(Errc::kMalformed, api.server() + " lists no keys");
  if (cell(answer.root(), "shared_secret") == "true") {
    note("tokens are signed with a secret that the APIs share, which does not rotate");
  }
  std::vector<std::vector<std::string>> rows{{"KEY", "ALGORITHM", "STATE", "SIGNS FROM", "GONE AT"}};
  for (const Json key : keys->elements()) {
    rows.push_back({cell(key, "kid"), cell(key, "algorithm"), cell(key, "state"), cell(key, "signs_from"),
                    cell(key, "gone_at")});
  }
  print_table(std::move(rows));
  return Exit::kFine;
}

struct RotateOptions {
  ServerOptions server;
  bool now = false;
};

OrTrouble<Exit> rotate(const RotateOptions& options, Context& context) {
  TRY(api, Api::open(options.server));
  TRY(answer, api.call("POST", kKeys + "/rotate", options.now ? R"({"now":true})" : "{}"));
  if (context.json) {
    print_line(answer.root().text());
    return Exit::kFine;
  }
  const bool waits = cell(answer.root(), "state") == "next";
  print_line(printable(cell(answer.root(), "kid")) +
             (waits ? " is published, and signs from " + printable(cell(answer.root(), "signs_from"))
                    : std::string(" signs from now on")));
  return Exit::kFine;
}

struct DropOptions {
  ServerOptions server;
  std::string kid;
};

OrTrouble<Exit> drop(const DropOptions& options, Context& context) {
  TRY_DO(check_text("the key's id", options.kid));
  if (options.kid.empty()) return misused("a key has an id: `signet signing-key list` shows all");
  TRY(api, Api::open(options.server));
  TRY_DO(api.call("DELETE", kKeys + '/' + percent_encoded(options.kid), {}));
  print_line(context.json ? json::Writer().begin_object().member("dropped", options.kid).end_object().take()
                          : "dropped " + printable(options.kid) +
                                ": what it signed is refused by APIs as soon as they hear of it");
  return Exit::kFine;
}

}  // namespace

void add_signing_key_commands(CLI::App& root, Context& context) {
  CLI::App& group =
      add_group(root, "signing-key",
                "The issuer's own keys; log in first: signet login --audience signet NAME", context);
  {
    auto [app, options] = add_command(
        group,
        {"list", "List the keys that sign, will sign, or only verify by now", "signet signing-key list"},
        context, list);
    add_admin_options(app, options.server);
  }
  {
    auto [app, options] = add_command(
        group, {"rotate", "Let the next key sign as soon as every API has it", "signet signing-key rotate"},
        context, rotate);
    add_admin_options(app, options.server);
    add_flag(app, "--now", options.now, "At once: APIs refuse its tokens until they have fetched it");
  }
  {
    auto [app, options] =
        add_command(group,
                    {"drop", "Drop a compromised key at once: all that it signed is refused",
                     "signet signing-key drop KID"},
                    context, drop);
    add_option(app, "KID", options.kid, "The key's id, as `list` shows it; behind -- when it begins with -")
        .required();
    add_admin_options(app, options.server);
  }
}

}  // namespace signet::cli
