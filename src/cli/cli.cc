#include "cli/cli.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/commands.h"
#include "server/near_miss.h"

namespace signet::cli {
namespace {

void compose(CLI::App& root, Context& context) {
  root.require_subcommand(1);
  root.set_version_flag("--version", "signet " SIGNET_VERSION, "Print the version");
  add_serve_commands(root, context);
  add_login_commands(root, context);
  add_user_commands(root, context);
  add_service_commands(root, context);
  add_account_commands(root, context);
  add_signing_key_commands(root, context);
  add_revoke_commands(root, context);
  add_verifiers_command(root, context);
  add_key_commands(root, context);
  add_jws_commands(root, context);
  add_token_commands(root, context);
  add_inspect_command(root, context);
  add_version_command(root, context);
  root.footer("Exit status: 0 fine, 1 refused, 2 used wrongly. `signet COMMAND --help` says more.");
  add_json_flag(root, context);
}

/// What was understood before something was not.
struct Understood {
  std::string path = "signet";  // "signet key generate"
  const CLI::App* app;
};

Understood understood(const CLI::App& root) {
  Understood so_far{.app = &root};
  while (!so_far.app->get_subcommands().empty()) {
    so_far.app = so_far.app->get_subcommands().front();
    so_far.path += ' ' + so_far.app->get_name();
  }
  return so_far;
}

std::vector<std::string> known_words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* command : app.get_subcommands({})) words.push_back(command->get_name());
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  return words;
}

/// What CLI11 could not place: an option rather than the value after it.
std::string misplaced(const std::vector<std::string>& rest) {
  const auto option =
      std::find_if(rest.begin(), rest.end(), [](const auto& word) { return word.starts_with("-"); });
  return option != rest.end() ? *option : rest.front();
}

bool takes_arguments(const CLI::App& app) {
  return !app.get_options([](const CLI::Option* option) { return option->get_positional(); }).empty();
}

/// What an unknown word may have been meant as. Ids are base64url, and one in 64 begins with a dash.
std::string meant(const std::string& word, const CLI::App& app) {
  const std::string near = server::did_you_mean(word, known_words(app));
  if (!near.empty() || !word.starts_with("-") || !takes_arguments(app)) return near;
  return "; a value that begins with - goes behind --, at the end of the line";
}

std::string explain_unknown(const std::string& word, const CLI::App& root) {
  const auto [path, app] = understood(root);
  return '`' + path + "` does not know " + word + meant(word, *app) + "; see: " + path + " --help";
}

std::string explain(const CLI::ParseError& error, const CLI::App& root) {
  const auto [path, app] = understood(root);
  const std::vector<std::string> rest = app->remaining();
  return rest.empty() ? std::string(error.what()) + "; see: " + path + " --help"
                      : explain_unknown(misplaced(rest), root);
}

/// To CLI11 the id -hXYZ is a call for help, which ends well: a script would take a key for dropped that is not.
bool hides_help(std::string_view word) {
  return word.starts_with("-h") && word != "-h";
}

Exit report_misuse(const std::string& what, bool json) {
  report({Exit::kMisused, Errc::kInvalidArgument, what}, json);
  return Exit::kMisused;
}

/// `--json` counts even when the line it stands on makes no sense.
bool asks_for_json(int argc, const char* const* argv) {
  return std::find(argv, argv + argc, std::string_view("--json")) != argv + argc;
}

Exit parse_and_run(CLI::App& root, Context& context, int argc, const char* const* argv) {
  try {
    root.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto word = std::find_if(argv, argv + argc, hides_help);
    if (word != argv + argc) return report_misuse(explain_unknown(*word, root), asks_for_json(argc, argv));
    print_line(root.help());
  } catch (const CLI::CallForVersion& version) {
    print_line(version.what());
  } catch (const CLI::ParseError& error) {
    return report_misuse(explain(error, root), asks_for_json(argc, argv));
  }
  return context.exit;
}

/// A standard stream that was closed would lend its number to the next file that is opened, a database
/// perhaps, and what is printed would land in there.
void occupy_standard_streams() {
  for (int stream = 0; stream <= 2; ++stream) {
    if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0) std::abort();
  }
}

}  // namespace

int run(int argc, const char* const* argv) {
  occupy_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a reader that has gone shows as a failed write
  Context context;
  CLI::App root("Signet: shared authentication for your APIs", "signet");
  compose(root, context);
  const Exit exit = parse_and_run(root, context, argc, argv);
  if (finish_output()) return static_cast<int>(exit);
  if (errno != EPIPE) note(std::string("cannot write the answer: ") + std::strerror(errno));
  return static_cast<int>(exit == Exit::kFine ? Exit::kRefused : exit);
}

}  // namespace signet::cli
