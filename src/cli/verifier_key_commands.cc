#include "base/try.h"
#include "cli/api.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/password.h"
#include "cli/table.h"
#include "json/writer.h"

namespace signet::cli {
namespace {

struct NameOptions {
  ServerOptions server;
  std::string service;
};

OrTrouble<std::string> path_of(const std::string& service) {
  TRY_DO(check_text("the service's name", service));
  if (service.empty()) return misused("a service has a name");
  return "/v1/admin/services/" + percent_encoded(service) + "/verifier-keys";
}

OrTrouble<Exit> add(const NameOptions& options, Context& context) {
  TRY(path, path_of(options.service));
  TRY(api, Api::open(options.server));
  TRY(answer, api.call("POST", path, {}));
  if (context.json) {
    print_line(answer.root().text());
    return Exit::kFine;
  }
  print_line("added " + printable(cell(answer.root(), "id")) + " for " + printable(options.service));
  print_line("verifier key, shown only now: " + printable(cell(answer.root(), "verifier_key")));
  return Exit::kFine;
}

OrTrouble<Exit> list(const NameOptions& options, Context& context) {
  TRY(path, path_of(options.service));
  TRY(api, Api::open(options.server));
  TRY(answer, api.get(path));
  if (context.json) {
    print_line(answer.root().text());
    return Exit::kFine;
  }
  const auto keys = answer.root().member("verifier_keys");
  if (!keys) return refused(Errc::kMalformed, api.server() + " lists no verifier keys");
  std::vector<std::vector<std::string>> rows{{"ID", "SERVICE", "CREATED"}};
  for (const Json key : keys->elements()) {
    rows.push_back({cell(key, "id"), cell(key, "service"), cell(key, "created_at")});
  }
  print_table(std::move(rows));
  return Exit::kFine;
}

struct RemoveOptions {
  NameOptions name;
  std::string id;
};

OrTrouble<Exit> remove(const RemoveOptions& options, Context& context) {
  TRY_DO(check_text("the key's id", options.id));
  if (options.id.empty()) return misused("a key has an id: `signet service verifier-key list` shows all");
  TRY(path, path_of(options.name.service));
  TRY(api, Api::open(options.name.server));
  TRY_DO(api.call("DELETE", path + '/' + percent_encoded(options.id), {}));
  print_line(context.json ? json::Writer().begin_object().member("removed", options.id).end_object().take()
                          : "removed " + printable(options.id));
  return Exit::kFine;
}

void add_name(CLI::App& app, NameOptions& options) {
  add_option(app, "NAME", options.service, "The service's name").required();
  add_admin_options(app, options.server);
}

}  // namespace

void add_verifier_key_commands(CLI::App& service, Context& context) {
  CLI::App& group = add_group(
      service, "verifier-key",
      "What a service's APIs say who they are with, so that `signet revoke --wait` waits for them", context);
  {
    auto [app, options] = add_command(
        group,
        {"add", "Make one, printed once, for GuardOptions::verifier_key; all instances may share it",
         "signet service verifier-key add orders"},
        context, add);
    add_name(app, options);
  }
  {
    auto [app, options] = add_command(
        group, {"list", "List a service's", "signet service verifier-key list orders"}, context, list);
    add_name(app, options);
  }
  {
    auto [app, options] = add_command(group,
                                      {"remove", "Remove one: who still uses it is refused the feed",
                                       "signet service verifier-key remove orders BPQ6YMByvkNmeAHkx0_NTQ"},
                                      context, remove);
    add_name(app, options.name);
    add_option(app, "ID", options.id, "The key's id, as `list` shows it; behind -- when it begins with -")
        .required();
  }
}

}  // namespace signet::cli
