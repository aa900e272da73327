#include "cli/command.h"

#include <CLI/CLI.hpp>

namespace signet::cli {

const Option& Option::required() const {
  option_->required();
  return *this;
}
const Option& Option::excludes(Option other) const {
  option_->excludes(other.option_);
  return *this;
}
const Option& Option::excludes(const char* other) const {
  option_->excludes(other);
  return *this;
}
const Option& Option::envname(const char* variable) const {
  option_->envname(variable);
  return *this;
}
const Option& Option::one_of(const std::vector<std::string>& values) const {
  option_->check(CLI::IsMember(values));
  return *this;
}
const Option& Option::shows_default() const {
  option_->capture_default_str();
  return *this;
}
const Option& Option::group(const char* name) const {
  option_->group(name);
  return *this;
}

void add_json_flag(CLI::App& app, Context& context) {
  app.add_flag("--json", context.json, "Answer in JSON; errors too");
}

CLI::App& add_group(CLI::App& parent, const char* name, const char* purpose, Context& context) {
  CLI::App* group = parent.add_subcommand(name, purpose);
  add_json_flag(*group, context);
  group->require_subcommand(1);
  return *group;
}

CLI::App& add_command(CLI::App& parent, const Words& words, Context& context,
                      std::function<OrTrouble<Exit>()> run) {
  CLI::App* app = parent.add_subcommand(words.name, words.purpose);
  app->footer(std::string("Example:\n  ") + words.example);
  add_json_flag(*app, context);
  app->callback([run = std::move(run), &context] {
    const OrTrouble<Exit> exit = run();
    context.exit = exit ? *exit : exit.error().exit;
    if (!exit) report(exit.error(), context.json);
  });
  return *app;
}

Option add_option(CLI::App& app, const char* name, std::string& value, const char* description) {
  return Option(*app.add_option(name, value, description));
}
Option add_option(CLI::App& app, const char* name, std::int64_t& value, const char* description) {
  return Option(*app.add_option(name, value, description));
}
Option add_flag(CLI::App& app, const char* name, bool& value, const char* description) {
  return Option(*app.add_flag(name, value, description));
}

Option add_optional(CLI::App& app, const char* name, std::optional<std::string>& value,
                    const char* description) {
  return add_callback(app, name, [&value](const std::string& text) { value = text; }, description);
}
Option add_optional(CLI::App& app, const char* name, std::optional<std::int64_t>& value,
                    const char* description) {
  return Option(*app.add_option_function<std::int64_t>(
      name, [&value](const std::int64_t& number) { value = number; }, description));
}

Option add_with_fallback(CLI::App& app, const char* name, std::optional<std::string>& value,
                         const char* fallback, const char* description) {
  CLI::Option* const option = app.add_option_function<std::string>(
      name, [&value](const std::string& text) { value = text; }, description);
  return Option(*option->expected(0, 1)->default_str(fallback));
}

Option add_repeated(CLI::App& app, const char* name, std::vector<std::string>& values,
                    const char* description) {
  return Option(*app.add_option(name, values, description)->expected(1)->allow_extra_args(false)->take_all());
}

Option add_callback(CLI::App& app, const std::string& name, std::function<void(const std::string&)> take,
                    const std::string& description) {
  return Option(*app.add_option_function<std::string>(name, std::move(take), description));
}

}  // namespace signet::cli
