#include <fmt/format.h>

#include <cstdlib>

#include "base/try.h"
#include "cli/api.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/moment.h"
#include "cli/password.h"
#include "cli/session.h"
#include "guard/http_client.h"
#include "json/writer.h"

namespace signet::cli {
namespace {

struct LoginOptions {
  ServerOptions server;
  std::string username;
  std::vector<std::string> audience;
  bool password_stdin = false;
  bool print = false;
  bool no_save = false;
};

OrTrouble<Secret> obtain_password(const LoginOptions& options, Input& input) {
  if (options.password_stdin) return read_password(input);
  if (const char* variable = std::getenv("SIGNET_PASSWORD")) {
    TRY_DO(check_text("SIGNET_PASSWORD", variable));
    return Secret(std::string_view(variable));
  }
  TRY(password, ask_password("Password: "));
  if (!password)
    return misused("no password and no terminal to ask at: use --password-stdin or SIGNET_PASSWORD");
  return std::move(*password);
}

OrTrouble<std::string> login_body(const LoginOptions& options, const Secret& password) {
  TRY_DO(check_text("the user name", options.username));
  json::Writer json;
  json.begin_object().member("username", options.username).member("password", as_text(password.view()));
  if (options.audience.size() == 1) json.member("audience", options.audience.front());
  if (options.audience.size() > 1) {
    json.key("audience").begin_array();
    for (const std::string& service : options.audience) json.string(service);
    json.end_array();
  }
  return json.end_object().take();
}

/// A password in the clear is readable by everybody on the way, which on this machine is nobody.
void warn_when_in_the_clear(const std::string& server) {
  if (guard::exposure_of(server) == guard::Exposure::kNone) return;
  note("warning: the password goes to " + server + " unencrypted; prefer https");
}

/// Whom the commands that follow act as: "admin for signet at http://127.0.0.1:7700".
std::string bearer_of(const Session& session) {
  return fmt::format("{} for {} at {}", session.username.empty() ? "somebody" : session.username,
                     session.audience.empty() ? "all services" : session.audience, session.server);
}

OrTrouble<void> keep(const Session& session, const LoginOptions& options, bool tell) {
  if (options.no_save || options.print) return {};
  const auto before = load_session();
  TRY_DO(save_session(session));
  if (before && *before && bearer_of(**before) != bearer_of(session)) {
    note(fmt::format("this replaces the saved session of {}; --print or --no-save would have kept it",
                     bearer_of(**before)));
  }
  if (!tell) return {};
  TRY(path, session_path());
  note(fmt::format("logged in as {} at {}; the session is kept in {}", options.username, session.server,
                   path));
  return {};
}

OrTrouble<Exit> login(const LoginOptions& options, Context& context) {
  TRY(api, Api::open_public(options.server.server));
  warn_when_in_the_clear(api.server());
  TRY(password, obtain_password(options, context.input));
  TRY(body, login_body(options, password));
  TRY(answer, api.call("POST", "/v1/login", body));
  const Session fresh{.server = api.server(),
                      .username = options.username,
                      .audience = fmt::format("{}", fmt::join(options.audience, " "))};
  TRY(session, with_tokens(fresh, answer.root(), system_now()));
  const bool print_token = options.print || !is_terminal(Stream::kOutput);
  // The answer is printed even when it cannot be saved: it has been paid for with a password.
  if (context.json) {
    print_line(answer.root().text());
  } else if (print_token) {
    print_line(session.access_token);
  }
  TRY_DO(keep(session, options, !context.json && !print_token));
  return Exit::kFine;
}

struct LogoutOptions {};

OrTrouble<Exit> logout(const LogoutOptions&, Context& context) {
  TRY(session, load_session());
  if (!session) return refused(Errc::kNotFound, "nobody is logged in");
  TRY(api, Api::open_public(session->server));
  json::Writer json;
  json.begin_object().member("refresh_token", session->refresh_token).end_object();
  const auto answer = api.call("POST", "/v1/logout", json.take());
  // A server that refuses does not know the session any more: then there is nothing to keep. One that cannot
  // be reached does, so the file stays for another try.
  const bool is_over = answer || answer.error().code != Errc::kUnavailable;
  if (is_over) TRY_DO(forget_session());
  if (!answer) return std::unexpected(answer.error());
  if (context.json)
    print_line(json::Writer().begin_object().member("server", session->server).end_object().take());
  return Exit::kFine;
}

}  // namespace

void add_login_commands(CLI::App& root, Context& context) {
  {
    auto [app, options] = add_command(
        root,
        {"login", "Sign in and keep the session for the commands that follow",
         "signet login alice\n  signet login --audience signet admin    # for all commands that administer\n"
         "  curl -H \"Authorization: Bearer $(signet login alice --print)\" http://127.0.0.1:7701/orders"},
        context, login);
    add_option(app, "USERNAME", options.username, "Who").required();
    add_server_option(app, options.server);
    add_flag(app, "--password-stdin", options.password_stdin,
             "Read the password from standard input; otherwise SIGNET_PASSWORD, or the terminal is asked");
    add_repeated(
        app, "--audience", options.audience,
        "The service that the token is for; without it, all that you may use. `signet` is the issuer itself: "
        "administrators need it");
    add_flag(app, "--print", options.print,
             "Print the access token, on a terminal too, and do not keep the session");
    add_flag(app, "--no-save", options.no_save, "Do not keep the session");
  }
  add_command(root, {"logout", "End the saved session, here and at the server", "signet logout"}, context,
              logout);
}

}  // namespace signet::cli
