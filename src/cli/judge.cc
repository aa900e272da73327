#include "cli/judge.h"

#include "base/try.h"
#include "cli/command.h"

namespace signet::cli {
namespace {

Exit print_verdict(const Result<Verdict>& verdict, bool json) {
  if (!verdict) {
    const Error& error = verdict.error();
    print_line(json ? error_json(error.code, error.what)
                    : "error " + std::string(errc_name(error.code)) + ' ' + error.what);
    return Exit::kRefused;
  }
  print_line(json ? verdict->json : "ok " + verdict->text);
  return Exit::kFine;
}

/// Standard output is flushed after each line: whoever feeds tokens through a pipe waits for the answers.
OrTrouble<Exit> judge_lines(const std::function<Exit(std::string_view)>& judge_one, Input& input) {
  TRY_DO(input.begin_lines());
  Exit exit = Exit::kFine;
  while (true) {
    TRY(line, input.next_line());
    if (!line) return exit;
    if (judge_one(*line) != Exit::kFine) exit = Exit::kRefused;
    if (!finish_output()) return Exit::kRefused;
  }
}

}  // namespace

void add_token_options(CLI::App& app, TokenOptions& options) {
  app.add_option("TOKEN", options.token, "The token; - or nothing reads it from standard input");
  app.add_flag("--batch", options.batch,
               "Read one token a line from standard input, and answer with one line each");
}

OrTrouble<std::string> read_token(const std::string& argument, Input& input) {
  std::string token = argument;
  if (argument == "-") {
    TRY(text, input.read("-"));
    token = std::move(text);
  }
  strip_newline(token);
  return token;
}

OrTrouble<Exit> judge_tokens(const TokenOptions& options, const Keys& keys, const Judge& judge,
                             Context& context) {
  if (!keys.set) note(why_refused(keys).what);
  const auto judge_one = [&](std::string_view token) {
    return print_verdict(keys.set ? judge(token, *keys.set) : std::unexpected(keys.set.error()),
                         context.json);
  };
  if (!options.batch) {
    TRY(token, read_token(options.token, context.input));
    return judge_one(token);
  }
  if (options.token != "-")
    return misused("--batch reads tokens from standard input: leave out the one given");
  return judge_lines(judge_one, context.input);
}

}  // namespace signet::cli
