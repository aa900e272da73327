#include <fmt/format.h>

#include "base/files.h"
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

const std::string kServices = "/v1/admin/services";

struct NameOptions {
  ServerOptions server;
  std::string name;
};

void add_traits(CLI::App& app, Traits& traits) {
  add_optional(app, "--description", traits.description, "For people");
  add_optional(app, "--claims", traits.claims,
               "Claims for all tokens for this service: a JSON object, @FILE or -");
  add_optional(app, "--access-lifetime", traits.access_lifetime, "How long its tokens live: 30s, 10m, 1h");
}

OrTrouble<std::string> path_of(const std::string& name) {
  TRY_DO(check_text("the service's name", name));
  if (name.empty()) return misused("a service has a name");
  return kServices + '/' + percent_encoded(name);
}

void print_service(const Answer& answer, bool json) {
  print_line(json ? answer.root().text() : pretty(answer.root(), paint_for_output(), system_now(), 0));
}

struct AddOptions {
  NameOptions service;
  Traits traits;
  bool shared_secret = false;
  std::optional<std::string> out;
};

std::string without_secret(Json service) {
  json::Writer json;
  json.begin_object();
  for (const auto& [name, value] : service.members()) {
    if (name != "secret") json.key(name).raw(value.text());
  }
  return json.end_object().take();
}

/// The secret is shown once: it is printed when it cannot be written, lest it is lost.
OrTrouble<void> hand_out_secret(const std::string& secret, const std::optional<std::string>& out) {
  if (!out) {
    print_line("shared secret, shown only now; give it to the service:");
    print_line(secret);
    return {};
  }
  const auto created = create_file(*out, secret + '\n');
  if (created) {
    note("wrote the shared secret to " + *out);
    return {};
  }
  print_line(secret);
  return refused(created.error().code, *out + ": " + created.error().what +
                                           "; the service was added, and its secret was printed instead");
}

OrTrouble<Exit> add(const AddOptions& options, Context& context) {
  TRY_DO(check_text("the service's name", options.service.name));
  if (options.out && !options.shared_secret) return misused("--out is for the secret of --shared-secret");
  json::Writer json;
  json.begin_object().member("name", options.service.name);
  TRY_DO(write_traits(json, options.traits, context.input));
  if (options.shared_secret) json.member("shared_secret", true);
  TRY(api, Api::open(options.service.server));
  TRY(answer, api.call("POST", kServices, json.end_object().take()));
  if (context.json) {
    print_line(options.out ? without_secret(answer.root()) : answer.root().text());
  } else {
    print_line("added " + printable(options.service.name));
  }
  if (!options.shared_secret || (context.json && !options.out)) return Exit::kFine;
  TRY_DO(hand_out_secret(cell(answer.root(), "secret"), options.out));
  return Exit::kFine;
}

struct ListOptions {
  ServerOptions server;
};

OrTrouble<Exit> list(const ListOptions& options, Context& context) {
  TRY(api, Api::open(options.server));
  TRY(answer, api.get(kServices));
  if (context.json) {
    print_service(answer, true);
    return Exit::kFine;
  }
  std::vector<std::vector<std::string>> rows{{"SERVICE", "TOKENS LIVE", "SECRET", "DESCRIPTION"}};
  const auto services = answer.root().member("services");
  if (!services) return refused(Errc::kMalformed, api.server() + " lists no services");
  for (const Json service : services->elements()) {
    const std::string seconds = cell(service, "access_seconds");
    rows.push_back({cell(service, "name"), seconds == "0" ? "as set" : seconds + " s",
                    cell(service, "shared_secret") == "true" ? "its own" : "-",
                    cell(service, "description")});
  }
  print_table(std::move(rows));
  return Exit::kFine;
}

OrTrouble<Exit> show(const NameOptions& options, Context& context) {
  TRY(path, path_of(options.name));
  TRY(api, Api::open(options.server));
  TRY(answer, api.get(path));
  print_service(answer, context.json);
  return Exit::kFine;
}

struct ChangeOptions {
  NameOptions service;
  Traits traits;
};

OrTrouble<Exit> change(const ChangeOptions& options, Context& context) {
  json::Writer json;
  json.begin_object();
  TRY_DO(write_traits(json, options.traits, context.input));
  const std::string body = json.end_object().take();
  if (body == "{}") return misused("nothing to change: see signet service change --help");
  TRY(path, path_of(options.service.name));
  TRY(api, Api::open(options.service.server));
  TRY(answer, api.call("PATCH", path, body));
  if (context.json) {
    print_service(answer, true);
  } else {
    print_line("changed " + printable(options.service.name));
  }
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
  add_option(app, "NAME", options.name, "The service's name, which is the audience of its tokens").required();
  add_admin_options(app, options.server);
}

void add_named(CLI::App& group, const Words& words, Context& context,
               OrTrouble<Exit> (*run)(const NameOptions&, Context&)) {
  auto [app, options] = add_command(group, words, context, run);
  add_name(app, options);
}

}  // namespace

void add_service_commands(CLI::App& root, Context& context) {
  CLI::App& group = add_group(
      root, "service", "Administer services; log in first: signet login --audience signet NAME", context);
  {
    auto [app, options] =
        add_command(group, {"add", "Add a service, so that tokens can name it", "signet service add orders"},
                    context, add);
    add_name(app, options.service);
    add_traits(app, options.traits);
    add_flag(app, "--shared-secret", options.shared_secret,
             "Its tokens are signed with a secret of its own (HS256)");
    add_optional(app, "--out", options.out, "Write the secret to this new file instead of printing it");
  }
  {
    auto [app, options] =
        add_command(group, {"list", "List all services", "signet service list"}, context, list);
    add_admin_options(app, options.server);
  }
  add_named(group, {"show", "Show one service", "signet service show orders"}, context, show);
  {
    auto [app, options] = add_command(
        group, {"change", "Change a service", "signet service change orders --access-lifetime 5m"}, context,
        change);
    add_name(app, options.service);
    add_traits(app, options.traits);
  }
  add_named(group, {"remove", "Remove a service: no new tokens name it", "signet service remove orders"},
            context, remove);
  add_verifier_key_commands(group, context);
}

}  // namespace signet::cli
