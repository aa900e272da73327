// How a command is declared: its words, its options, its function. command.cc hands all of it on to CLI11, which only it
// and cli.cc include: to compile CLI11 takes longer than everything else in this folder.
//
//   auto [app, options] = add_command(key, {"generate", "Make a new key", "signet key generate --alg ES256"},
//                                     context, generate);
//   add_option(app, "--alg", options.algorithm, "...").required();
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/output.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

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

/// Option says more about one that was added; it borrows from its App.
class Option {
 public:
  explicit Option(CLI::Option& option) noexcept : option_(&option) {}

  const Option& required() const;
  const Option& excludes(Option other) const;
  const Option& excludes(const char* other) const;
  const Option& envname(const char* variable) const;  // where the value comes from when nobody gives it
  const Option& one_of(const std::vector<std::string>& values) const;
  const Option& shows_default() const;  // --help tells the value that the variable has now
  const Option& group(const char* name) const;

 private:
  CLI::Option* option_;
};

void add_json_flag(CLI::App& app, Context& context);

/// add_group adds a word that only has subcommands.
CLI::App& add_group(CLI::App& parent, const char* name, const char* purpose, Context& context);

/// add_command adds one that runs: its function's Exit becomes the context's, its Trouble is reported.
CLI::App& add_command(CLI::App& parent, const Words& words, Context& context,
                      std::function<OrTrouble<Exit>()> run);

template <class Options>
Command<Options> add_command(CLI::App& parent, const Words& words, Context& context,
                             OrTrouble<Exit> (*run)(const Options&, Context&)) {
  auto options = std::make_shared<Options>();
  Options& filled = *options;
  CLI::App& app =
      add_command(parent, words, context, [options, run, &context] { return run(*options, context); });
  return {app, filled};
}

// What a command takes. A name with dashes is an option, one without is an argument. `value` is filled while the
// command line is parsed and must outlive that: it belongs to the command's options.
Option add_option(CLI::App& app, const char* name, std::string& value, const char* description);
Option add_option(CLI::App& app, const char* name, std::int64_t& value, const char* description);
Option add_flag(CLI::App& app, const char* name, bool& value, const char* description);

/// add_optional is add_option for what may be left out; it tells "" from absent.
Option add_optional(CLI::App& app, const char* name, std::optional<std::string>& value,
                    const char* description);
Option add_optional(CLI::App& app, const char* name, std::optional<std::int64_t>& value,
                    const char* description);

/// add_with_fallback is add_optional for an option that may be said without a value: then that is `fallback`.
Option add_with_fallback(CLI::App& app, const char* name, std::optional<std::string>& value,
                         const char* fallback, const char* description);

/// add_repeated is add_option for something that may be said again and again, with one value each time.
Option add_repeated(CLI::App& app, const char* name, std::vector<std::string>& values,
                    const char* description);

/// add_callback hands the value of an option to `take`.
Option add_callback(CLI::App& app, const std::string& name, std::function<void(const std::string&)> take,
                    const std::string& description);

}  // namespace signet::cli
