#include "base/try.h"
#include "cli/api.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/password.h"
#include "cli/pretty.h"
#include "cli/table.h"
#include "cli/traits.h"
#include "json/writer.h"

namespace signet::cli {
namespace {

const std::string kAccounts = "/v1/admin/accounts";

struct NameOptions {
  ServerOptions server;
  std::string name;
};

void add_traits(CLI::App& app, Traits& traits) {
  add_optional(app, "--description", traits.description, "For people");
  add_optional(app, "--scope", traits.scope, "What the tokens allow: words, separated by spaces");
  add_repeated(app, "--role", traits.roles, "A role; say it again for another");
  const Option services =
      add_repeated(app, "--service", traits.services, "A service that it may use; say it again");
  add_flag(app, "--all-services", traits.all_services, "It may use every service").excludes(services);
  add_optional(app, "--claims", traits.claims, "More claims for the tokens: a JSON object, @FILE or -");
  add_optional(app, "--access-lifetime", traits.access_lifetime, "How long its tokens live: 30s, 10m, 1h");
}

OrTrouble<std::string> path_of(const std::string& name) {
  TRY_DO(check_text("the account's name", name));
  if (name.empty()) return misused("an account has a name");
  return kAccounts + '/' + percent_encoded(name);
}

/// Says what was done, and the secret where the answer has one: it is shown only then.
void tell(const Answer& answer, const char* said, bool json) {
  if (json) {
    print_line(answer.root().text());
    return;
  }
  print_line(said + printable(cell(answer.root(), "name")));
  if (answer.root().member("secret")) {
    print_line("client secret, shown only now: " + printable(cell(answer.root(), "secret")));
  }
}

struct AddOptions {
  NameOptions account;
  Traits traits;
};

OrTrouble<Exit> add(const AddOptions& options, Context& context) {
  TRY_DO(check_text("the account's name", options.account.name));
  json::Writer json;
  json.begin_object().member("name", options.account.name);
  TRY_DO(write_traits(json, options.traits, context.input));
  TRY(api, Api::open(options.account.server));
  TRY(answer, api.call("POST", kAccounts, json.end_object().take()));
  tell(answer, "added ", context.json);
  return Exit::kFine;
}

struct ListOptions {
  ServerOptions server;
};

OrTrouble<Exit> list(const ListOptions& options, Context& context) {
  TRY(api, Api::open(options.server));
  json::Writer json;
  json.begin_object().key("accounts").begin_array();
  std::vector<std::vector<std::string>> rows{
      {"ACCOUNT", "ROLES", "SCOPE", "SERVICES", "STATE", "DESCRIPTION"}};
  const auto add_row = [&](Json account) {
    json.raw(account.text());
    rows.push_back({cell(account, "name"), cell(account, "roles"), cell(account, "scope"),
                    cell(account, "services"), cell(account, "disabled") == "true" ? "disabled" : "enabled",
                    cell(account, "description")});
  };
  TRY_DO(for_each_listed(api, kAccounts, "accounts", add_row));
  if (context.json) {
    print_line(json.end_array().end_object().take());
  } else {
    print_table(std::move(rows));
  }
  return Exit::kFine;
}

OrTrouble<Exit> show(const NameOptions& options, Context& context) {
  TRY(path, path_of(options.name));
  TRY(api, Api::open(options.server));
  TRY(answer, api.get(path));
  print_line(context.json ? answer.root().text()
                          : pretty(answer.root(), paint_for_output(), system_now(), 0));
  return Exit::kFine;
}

/// Sends the changes; `said` is what happened, for people.
OrTrouble<Exit> patch(const NameOptions& options, const std::string& body, const char* said, bool json) {
  TRY(path, path_of(options.name));
  TRY(api, Api::open(options.server));
  TRY(answer, api.call("PATCH", path, body));
  tell(answer, said, json);
  return Exit::kFine;
}

struct ChangeOptions {
  NameOptions account;
  Traits traits;
};

OrTrouble<Exit> change(const ChangeOptions& options, Context& context) {
  json::Writer json;
  json.begin_object();
  TRY_DO(write_traits(json, options.traits, context.input));
  const std::string body = json.end_object().take();
  if (body == "{}") return misused("nothing to change: see signet account change --help");
  return patch(options.account, body, "changed ", context.json);
}

OrTrouble<Exit> disable(const NameOptions& options, Context& context) {
  return patch(options, R"({"disabled":true})", "disabled ", context.json);
}

OrTrouble<Exit> enable(const NameOptions& options, Context& context) {
  return patch(options, R"({"disabled":false})", "enabled ", context.json);
}

OrTrouble<Exit> renew_secret(const NameOptions& options, Context& context) {
  TRY(path, path_of(options.name));
  TRY(api, Api::open(options.server));
  TRY(answer, api.call("POST", path + "/secret", {}));
  tell(answer, "changed the secret of ", context.json);
  return Exit::kFine;
}

OrTrouble<Exit> remove(const NameOptions& options, Context& context) {
  TRY(path, path_of(options.name));
  TRY(api, Api::open(options.server));
  TRY_DO(api.call("DELETE", path, {}));
  print_line(context.json ? json::Writer().begin_object().member("removed", options.name).end_object().take()
                          : "removed " + printable(options.name));
  return Exit::kFine;
}

void add_name(CLI::App& app, NameOptions& options) {
  add_option(app, "NAME", options.name, "The account's name, which is its OAuth client id").required();
  add_admin_options(app, options.server);
}

void add_named(CLI::App& group, const Words& words, Context& context,
               OrTrouble<Exit> (*run)(const NameOptions&, Context&)) {
  auto [app, options] = add_command(group, words, context, run);
  add_name(app, options);
}

void add_change(CLI::App& group, Context& context) {
  auto [app, options] = add_command(group,
                                    {"change", "Change what an account's tokens will say",
                                     "signet account change reports --scope orders:read"},
                                    context, change);
  add_name(app, options.account);
  add_traits(app, options.traits);
  add_flag(app, "--no-roles", options.traits.no_roles, "Take all roles away").excludes("--role");
}

}  // namespace

void add_account_commands(CLI::App& root, Context& context) {
  CLI::App& group =
      add_group(root, "account",
                "Administer service accounts: programs that get tokens with a secret of their own", context);
  {
    auto [app, options] = add_command(group,
                                      {"add", "Add an account; its client secret is printed once",
                                       "signet account add reports --scope orders:read --service orders"},
                                      context, add);
    add_name(app, options.account);
    add_traits(app, options.traits);
  }
  {
    auto [app, options] =
        add_command(group, {"list", "List all accounts", "signet account list"}, context, list);
    add_admin_options(app, options.server);
  }
  add_named(group, {"show", "Show one account", "signet account show reports"}, context, show);
  add_change(group, context);
  add_named(
      group,
      {"disable", "Give an account no tokens, and revoke those it has", "signet account disable reports"},
      context, disable);
  add_named(group, {"enable", "Give an account tokens again", "signet account enable reports"}, context,
            enable);
  add_named(
      group,
      {"secret", "Give an account a new secret, which revokes its tokens", "signet account secret reports"},
      context, renew_secret);
  add_named(
      group,
      {"remove", "Remove an account for good, which revokes its tokens", "signet account remove reports"},
      context, remove);
}

}  // namespace signet::cli
