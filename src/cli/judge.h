// One token in, one line out: what `jws verify` and `verify` share.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/context.h"
#include "cli/key_file.h"
#include "signet/key.h"

namespace CLI {
class App;
}

namespace signet::cli {

struct TokenOptions {
  std::string token = "-";
  bool batch = false;
};

/// add_token_options declares TOKEN and --batch.
void add_token_options(CLI::App& app, TokenOptions& options);

/// read_token returns one token, from the argument or standard input, without the newline after it.
[[nodiscard]] OrTrouble<std::string> read_token(const std::string& argument, Input& input);

/// Verdict is what is said of a good token.
struct Verdict {
  std::string text;  // goes after "ok "
  std::string json;  // an object, for --json
};

struct Judge {
  std::function<Result<Verdict>(std::string_view token, const KeySet& keys)> decide;
  /// More about a refusal, for people; "" when there is nothing to add. May be absent.
  std::function<std::string(std::string_view token, const KeySet& keys, Errc refusal)> explain;
};

/// kNoToken is what people are told of an empty text, most often a variable of the shell that is not set.
inline constexpr const char* kNoToken = "there is no token: the text given is empty";

/// judge_tokens prints "ok TEXT" or "error CODE WHAT" for each token. When the keys themselves are refused,
/// that is the answer for each of them. Of a single token, a note on standard error may say more. kRefused
/// when any token was.
[[nodiscard]] OrTrouble<Exit> judge_tokens(const TokenOptions& options, const Keys& keys, const Judge& judge,
                                           Context& context);

}  // namespace signet::cli
