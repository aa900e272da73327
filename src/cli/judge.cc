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

Result<Verdict> decide(std::string_view token, const Keys& keys, const Judge& judge) {
  if (!keys.set) return std::unexpected(keys.set.error());
  return judge.decide(token, *keys.set);
}

/// Standard output has one line, as in a batch; what helps people goes to standard error.
Exit judge_single(std::string_view token, const Keys& keys, const Judge& judge, bool json) {
  const auto verdict = decide(token, keys, judge);
  const Exit exit = print_verdict(verdict, json);
  if (token.empty()) note(kNoToken);
  if (verdict || !keys.set || !judge.explain) return exit;
  if (const std::string more = judge.explain(token, *keys.set, verdict.error().code); !more.empty())
    note(more);
  return exit;
}

}  // namespace

void add_token_options(CLI::App& app, TokenOptions& options) {
  add_option(app, "TOKEN", options.token, "The token; - or nothing reads it from standard input");
  add_flag(app, "--batch", options.batch,
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
  if (!options.batch) {
    TRY(token, read_token(options.token, context.input));
    return judge_single(token, keys, judge, context.json);
  }
  if (options.token != "-")
    return misused("--batch reads tokens from standard input: leave out the one given");
  const auto judge_one = [&](std::string_view token) {
    return print_verdict(decide(token, keys, judge), context.json);
  };
  return judge_lines(judge_one, context.input);
}

}  // namespace signet::cli
