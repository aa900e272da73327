#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "base/clock.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "json/writer.h"
#include "server/config.h"
#include "server/issuer.h"

namespace signet::cli {
namespace {

struct ServeOptions {
  std::optional<std::string> config;
  server::Named flags;
};

OrTrouble<server::Config> load(const ServeOptions& options) {
  std::optional<std::filesystem::path> file;
  if (options.config) file = *options.config;
  auto config = server::Config::load(file, server::process_environment(), options.flags);
  if (!config) return misused(config.error().what, config.error().code);
  return std::move(*config);
}

/// Where this machine reaches the issuer, whatever its name is outside.
std::string local_url(const server::Config& config, std::uint16_t port) {
  const std::string& address = config.server.address;
  if (address == "0.0.0.0" || address == "::") return fmt::format("http://127.0.0.1:{}", port);
  const bool is_v6 = address.find(':') != address.npos;
  return fmt::format("http://{}:{}", is_v6 ? '[' + address + ']' : address, port);
}

void print_first_steps(const std::string& password, const std::string& url) {
  print_line(fmt::format(
      "\nThe first start made the administrator `admin`. The password, shown only now:\n\n"
      "    {}\n\n"
      "Three commands to go on with, in another terminal:\n\n"
      "    signet login admin --audience signet --server {}\n"
      "    signet service add orders\n"
      "    signet user add alice --scope \"orders:read orders:write\"\n\n"
      "Should the password get lost: stop the issuer, and `signet admin reset` makes a new one.\n",
      password, url));
}

/// Said before the first request is answered, so that scripts can wait for it.
bool announce(const server::Issuer& issuer, const std::string& url, bool as_json) {
  const auto& password = issuer.first_admin_password();
  if (as_json) {
    json::Writer json;
    json.begin_object().member("issuer", issuer.url()).member("url", url);
    if (password) {
      json.key("admin").begin_object().member("username", "admin").member("password", *password).end_object();
    }
    print_line(json.end_object().take());
  } else {
    print_line(fmt::format("Signet {} serves {} at {}", SIGNET_VERSION, printable(issuer.url()), url));
    if (password) print_first_steps(*password, url);
  }
  return finish_output();
}

OrTrouble<Exit> serve(const ServeOptions& options, Context& context) {
  TRY(config, load(options));
  const auto issuer = server::Issuer::open(config);
  if (!issuer) return refused(issuer.error().code, issuer.error().what);
  const bool told = announce(**issuer, local_url(config, (*issuer)->port()), context.json);
  if (!told && (*issuer)->first_admin_password()) {
    note("the administrator's password could not be printed: `signet admin reset` makes a new one");
  }
  (*issuer)->run();
  return Exit::kFine;
}

struct RestoredOptions {
  ServeOptions serve;
  bool keep_sessions = false;
};

constexpr std::string_view kDroppedKeysAreBack =
    "a key that was dropped after the backup was made is in force again: start the issuer, and drop it again "
    "with `signet signing-key drop KID`";

std::string restored_json(bool keep_sessions, const std::vector<server::PublishedKey>& keys) {
  json::Writer json;
  json.begin_object().member("sessions_kept", keep_sessions).key("keys").begin_array();
  for (const server::PublishedKey& key : keys) {
    json.begin_object().member("kid", key.kid).member("algorithm", key.algorithm).member("state", key.state);
    json.end_object();
  }
  json.end_array();
  if (!keys.empty()) json.member("note", kDroppedKeysAreBack);
  return json.end_object().take();
}

void print_restored(bool keep_sessions, const std::vector<server::PublishedKey>& keys) {
  print_line(keep_sessions ? "the sessions of the backup go on, also those that were ended after it; their "
                             "tokens have to be refreshed"
                           : "all sessions have ended; verifiers will load all revocations anew");
  if (keys.empty()) return;
  print_line("the signing keys are those of the backup:");
  std::vector<std::vector<std::string>> rows{{"KEY", "ALGORITHM", "STATE"}};
  for (const server::PublishedKey& key : keys) rows.push_back({key.kid, key.algorithm, key.state});
  print_table(std::move(rows));
  print_line(kDroppedKeysAreBack);
}

OrTrouble<Exit> restored(const RestoredOptions& options, Context& context) {
  TRY(config, load(options.serve));
  const auto told = server::start_epoch_after_restore(config, SystemClock(), options.keep_sessions);
  if (!told) return refused(told.error().code, told.error().what);
  // A script that restores the same backup once more begins after that.
  std::this_thread::sleep_until(std::chrono::system_clock::from_time_t(unix_seconds(told->again_from)));
  if (context.json) {
    print_line(restored_json(options.keep_sessions, told->keys));
  } else {
    print_restored(options.keep_sessions, told->keys);
  }
  return Exit::kFine;
}

OrTrouble<Exit> reset(const ServeOptions& options, Context& context) {
  TRY(config, load(options));
  const auto password = server::reset_admin(config, SystemClock());
  if (!password) return refused(password.error().code, password.error().what);
  json::Writer json;
  json.begin_object().member("username", "admin").member("password", *password).end_object();
  print_line(context.json ? json.take() : "the new password of `admin`, shown only now: " + *password);
  return Exit::kFine;
}

void add_config(CLI::App& app, ServeOptions& options) {
  add_optional(app, "--config", options.config,
               "A TOML file with settings; flags beat the environment, which beats it");
}

/// One flag for each row of the server's table of settings.
void add_settings(CLI::App& app, server::Named& flags) {
  for (const server::SettingInfo& setting : server::Config::settings()) {
    const std::string help = setting.help + (setting.fallback.empty() ? "" : " [" + setting.fallback + ']');
    add_callback(
        app, setting.flag,
        [&flags, name = setting.flag](const std::string& value) { flags.emplace_back(name, value); }, help)
        .group("Settings");
  }
}

void add_data(CLI::App& app, ServeOptions& options) {
  add_callback(
      app, "--data",
      [&flags = options.flags](const std::string& folder) { flags.emplace_back("--data", folder); },
      "The issuer's data folder [./signet-data]");
}

void add_restored(CLI::App& group, Context& context) {
  auto [app, options] = add_command(
      group,
      {"restored",
       "Say that a backup was copied back into the data folder, before the issuer starts again: ends all "
       "sessions",
       "signet admin restored --data /var/lib/signet"},
      context, restored);
  add_config(app, options.serve);
  add_data(app, options.serve);
  add_flag(
      app, "--keep-sessions", options.keep_sessions,
      "Keep the backup's sessions, also those that were ended after it was made; their tokens have to be "
      "refreshed");
}

}  // namespace

void add_serve_commands(CLI::App& root, Context& context) {
  {
    auto [app, options] =
        add_command(root,
                    {"serve", "Run the issuer: it signs users in and issues tokens",
                     "signet serve --data /var/lib/signet --server-issuer https://auth.example.com"},
                    context, serve);
    add_config(app, options);
    add_settings(app, options.flags);
  }
  CLI::App& group = add_group(root, "admin", "Get back in when nobody can", context);
  {
    auto [app, options] = add_command(
        group,
        {"reset", "Give `admin` a new password, directly in the data folder; stop the issuer first",
         "signet admin reset --data /var/lib/signet"},
        context, reset);
    add_config(app, options);
    add_data(app, options);
  }
  add_restored(group, context);
}

}  // namespace signet::cli
