// How a command is declared to CLI11: its words, its options, its function.
//
//   auto [app, options] = add_command(key, {"generate", "Make a new key", "signet key generate --alg ES256"},
//                                     context, generate);
//   app.add_option("--alg", options.algorithm, "...")->required();
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/context.h"
#include "cli/output.h"

namespace signet::cli {

struct Words {
  const char* name;
  const char* purpose;  // one line
  const char* example;  // for the help; lines after the first are indented by the caller
};

template <class Options>
struct Command {
  CLI::App& app;
  Options& options;  // owned by the app
};

inline void add_json_flag(CLI::App& app, Context& context) {
  app.add_flag("--json", context.json, "Answer in JSON; errors too");
}

/// add_group adds a word that only has subcommands.
inline CLI::App& add_group(CLI::App& parent, const char* name, const char* purpose, Context& context) {
  CLI::App* group = parent.add_subcommand(name, purpose);
  add_json_flag(*group, context);
  group->require_subcommand(1);
  return *group;
}

/// add_command adds one that runs: its function's Exit becomes the context's, its Trouble is reported.
template <class Options>
Command<Options> add_command(CLI::App& parent, const Words& words, Context& context,
                             OrTrouble<Exit> (*run)(const Options&, Context&)) {
  CLI::App* app = parent.add_subcommand(words.name, words.purpose);
  app->footer(std::string("Example:\n  ") + words.example);
  add_json_flag(*app, context);
  auto options = std::make_shared<Options>();
  app->callback([options, run, &context] {
    const OrTrouble<Exit> exit = run(*options, context);
    context.exit = exit ? *exit : exit.error().exit;
    if (!exit) report(exit.error(), context.json);
  });
  return {*app, *options};
}

/// add_optional is add_option for a text that may be left out; unlike CLI11's own, it tells "" from absent.
inline CLI::Option* add_optional(CLI::App& app, const char* name, std::optional<std::string>& value,
                                 const char* description) {
  return app.add_option_function<std::string>(
      name, [&value](const std::string& text) { value = text; }, description);
}

/// add_repeated is add_option for something that may be said again and again, with one value each time.
inline CLI::Option* add_repeated(CLI::App& app, const char* name, std::vector<std::string>& values,
                                 const char* description) {
  return app.add_option(name, values, description)->expected(1)->allow_extra_args(false)->take_all();
}

}  // namespace signet::cli
