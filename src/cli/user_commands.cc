#include <fmt/format.h>

#include "base/try.h"
#include "cli/api.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/find_user.h"
#include "cli/password.h"
#include "cli/pretty.h"
#include "cli/table.h"
#include "cli/traits.h"
#include "json/writer.h"
#include "server/passwords.h"

namespace signet::cli {
namespace {

const std::string kUsers = "/v1/admin/users";

/// NameOptions is what every command about one user takes.
struct NameOptions {
  ServerOptions server;
  std::string name;
};

void add_traits(CLI::App& app, Traits& traits) {
  add_optional(app, "--scope", traits.scope, "What the tokens allow: words, separated by spaces");
  add_repeated(app, "--role", traits.roles,
               "A role; say it again for another. `admin` administers the issuer");
  const Option services =
      add_repeated(app, "--service", traits.services, "A service that the user may use; say it again");
  add_flag(app, "--all-services", traits.all_services, "The user may use every service").excludes(services);
  add_optional(app, "--claims", traits.claims, "More claims for the tokens: a JSON object, @FILE or -");
}

std::string path_of(const Answer& user) {
  return kUsers + '/' + percent_encoded(cell(user.root(), "id"));
}

/// The name as the issuer spells it: whoever types Bob gets bob.
std::string name_of(const Answer& user) {
  return cell(user.root(), "username");
}

void print_user(const Answer& answer, bool json) {
  print_line(json ? answer.root().text() : pretty(answer.root(), paint_for_output(), system_now(), 0));
}

struct AddOptions {
  NameOptions user;
  Traits traits;
  bool password_stdin = false;
};

OrTrouble<Exit> add(const AddOptions& options, Context& context) {
  TRY_DO(check_text("the user name", options.user.name));
  json::Writer json;
  json.begin_object().member("username", options.user.name);
  if (options.password_stdin) {
    TRY(password, read_password(context.input));
    json.member("password", as_text(password.view()));
  }
  TRY_DO(write_traits(json, options.traits, context.input));
  TRY(api, Api::open(options.user.server));
  TRY(answer, api.call("POST", kUsers, json.end_object().take()));
  if (context.json) {
    print_user(answer, true);
    return Exit::kFine;
  }
  print_line("added " + printable(name_of(answer)));
  if (answer.root().member("password")) {
    print_line("password, shown only now: " + printable(cell(answer.root(), "password")));
  }
  return Exit::kFine;
}

struct ListOptions {
  ServerOptions server;
};

OrTrouble<Exit> list(const ListOptions& options, Context& context) {
  TRY(api, Api::open(options.server));
  json::Writer json;
  json.begin_object().key("users").begin_array();
  std::vector<std::vector<std::string>> rows{{"USER", "ROLES", "SCOPE", "SERVICES", "STATE"}};
  const auto add_row = [&](Json user) {
    json.raw(user.text());
    rows.push_back({cell(user, "username"), cell(user, "roles"), cell(user, "scope"), cell(user, "services"),
                    cell(user, "disabled") == "true" ? "disabled" : "enabled"});
  };
  TRY_DO(for_each_listed(api, kUsers, "users", add_row));
  if (context.json) {
    print_line(json.end_array().end_object().take());
  } else {
    print_table(std::move(rows));
  }
  return Exit::kFine;
}

OrTrouble<Exit> show(const NameOptions& options, Context& context) {
  TRY(api, Api::open(options.server));
  TRY(user, find_user(api, options.name));
  print_user(user, context.json);
  return Exit::kFine;
}

/// Sends the changes; `said` is what happened, for people.
OrTrouble<Exit> patch(const NameOptions& options, const std::string& body, const char* said, bool json) {
  TRY(api, Api::open(options.server));
  TRY(user, find_user(api, options.name));
  TRY(answer, api.call("PATCH", path_of(user), body));
  if (json) {
    print_user(answer, true);
  } else {
    print_line(said + (' ' + printable(name_of(answer))));
  }
  return Exit::kFine;
}

struct ChangeOptions {
  NameOptions user;
  Traits traits;
};

OrTrouble<Exit> change(const ChangeOptions& options, Context& context) {
  json::Writer json;
  json.begin_object();
  TRY_DO(write_traits(json, options.traits, context.input));
  const std::string body = json.end_object().take();
  if (body == "{}") return misused("nothing to change: see signet user change --help");
  return patch(options.user, body, "changed", context.json);
}

OrTrouble<Exit> disable(const NameOptions& options, Context& context) {
  return patch(options, R"({"disabled":true})", "disabled", context.json);
}

OrTrouble<Exit> enable(const NameOptions& options, Context& context) {
  return patch(options, R"({"disabled":false})", "enabled", context.json);
}

struct PasswordOptions {
  NameOptions user;
  bool password_stdin = false;
  bool generate = false;
};

OrTrouble<Secret> new_password(const PasswordOptions& options, Input& input) {
  if (options.generate) return Secret(server::make_password());
  if (options.password_stdin) return read_password(input);
  TRY(password, ask_new_password());
  if (!password)
    return misused("no new password and no terminal to ask at: use --password-stdin or --generate");
  return std::move(*password);
}

OrTrouble<Exit> set_password(const PasswordOptions& options, Context& context) {
  TRY(password, new_password(options, context.input));
  json::Writer json;
  json.begin_object().member("password", as_text(password.view())).end_object();
  TRY(api, Api::open(options.user.server));
  TRY(user, find_user(api, options.user.name));
  TRY_DO(api.call("PATCH", path_of(user), json.take()));
  json::Writer said;
  said.begin_object().member("username", name_of(user));
  if (options.generate) said.member("password", as_text(password.view()));
  if (context.json) {
    print_line(said.end_object().take());
    return Exit::kFine;
  }
  print_line("changed the password of " + printable(name_of(user)));
  if (options.generate) print_line("password, shown only now: " + std::string(as_text(password.view())));
  return Exit::kFine;
}

OrTrouble<Exit> remove(const NameOptions& options, Context& context) {
  TRY(api, Api::open(options.server));
  TRY(user, find_user(api, options.name));
  TRY_DO(api.call("DELETE", path_of(user), {}));
  const std::string name = name_of(user);
  print_line(context.json ? json::Writer().begin_object().member("removed", name).end_object().take()
                          : "removed " + printable(name));
  return Exit::kFine;
}

void add_name(CLI::App& app, NameOptions& options) {
  add_option(app, "NAME", options.name, "The user's name").required();
  add_admin_options(app, options.server);
}

void add_named(CLI::App& group, const Words& words, Context& context,
               OrTrouble<Exit> (*run)(const NameOptions&, Context&)) {
  auto [app, options] = add_command(group, words, context, run);
  add_name(app, options);
}

void add_password(CLI::App& group, Context& context) {
  auto [app, options] = add_command(group,
                                    {"password", "Give a user a new password, which ends the user's sessions",
                                     "signet user password alice"},
                                    context, set_password);
  add_name(app, options.user);
  const Option from_stdin =
      add_flag(app, "--password-stdin", options.password_stdin, "Read it from standard input");
  add_flag(app, "--generate", options.generate, "Make one up, and print it once").excludes(from_stdin);
}

}  // namespace

void add_user_commands(CLI::App& root, Context& context) {
  CLI::App& group =
      add_group(root, "user", "Administer users; log in first: signet login --audience signet NAME", context);
  {
    auto [app, options] =
        add_command(group,
                    {"add", "Add a user; without a password, one is made up and printed once",
                     "signet user add alice --scope 'orders:read orders:write' --service orders"},
                    context, add);
    add_name(app, options.user);
    add_traits(app, options.traits);
    add_flag(app, "--password-stdin", options.password_stdin, "Read the password from standard input");
  }
  {
    auto [app, options] =
        add_command(group, {"list", "List all users", "signet user list --json"}, context, list);
    add_admin_options(app, options.server);
  }
  add_named(group, {"show", "Show one user", "signet user show alice"}, context, show);
  {
    auto [app, options] = add_command(
        group,
        {"change", "Change what a user's tokens will say", "signet user change alice --scope orders:read"},
        context, change);
    add_name(app, options.user);
    add_traits(app, options.traits);
    add_flag(app, "--no-roles", options.traits.no_roles, "Take all roles away").excludes("--role");
  }
  add_named(group, {"disable", "Refuse a user's logins, and end the sessions", "signet user disable alice"},
            context, disable);
  add_named(group, {"enable", "Let a user log in again", "signet user enable alice"}, context, enable);
  add_password(group, context);
  add_named(group, {"remove", "Remove a user for good", "signet user remove alice"}, context, remove);
}

}  // namespace signet::cli
