#include "base/base64url.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/judge.h"
#include "cli/key_file.h"
#include "json/writer.h"
#include "token/jws.h"

namespace signet::cli {
namespace {

struct SignOptions {
  KeyOptions key;
  std::optional<std::string> header;
  std::string payload = "-";
};

/// A header of the user's own is signed as it stands, byte by byte; only an `alg` that it lacks is put in
/// first.
OrTrouble<std::string> complete_header(const std::string& own, const Key& key) {
  const auto document = json::parse_object(own);
  if (!document) return misused(std::string("--header: ") + document.error().what, Errc::kMalformed);
  const Json header = json::root(**document);
  if (header.member("alg")) return own;
  const std::string alg = json::Writer().string(algorithm_name(key.algorithm())).take();
  const std::size_t inside = own.find('{') + 1;
  return "{\"alg\":" + alg + (header.members().empty() ? "" : ",") + own.substr(inside);
}

OrTrouble<std::string> make_header(const SignOptions& options, const Key& key) {
  if (options.header) return complete_header(*options.header, key);
  json::Writer json;
  json.begin_object().member("alg", algorithm_name(key.algorithm()));
  return json.member("kid", key.kid()).end_object().take();
}

OrTrouble<Exit> sign(const SignOptions& options, Context& context) {
  TRY(key, read_signing_key(options.key, context.input));
  TRY(header, make_header(options, key));
  std::string payload = options.payload;
  if (payload == "-") {
    TRY(text, context.input.read("-"));
    payload = std::move(text);
  }
  const auto token = token::sign_jws(key, header, as_bytes(payload));
  if (!token) return refused(token.error().code, token.error().what);
  print_line(context.json ? json::Writer().begin_object().member("token", *token).end_object().take()
                          : *token);
  return Exit::kFine;
}

struct VerifyOptions {
  KeyOptions key;
  TokenOptions token;
};

/// The header is read again for --json: a token of our own form has been verified without parsing it.
Result<std::string> header_of(std::string_view token) {
  TRY(parts, token::take_apart(token));
  TRY(document, json::parse_object(as_text(parts.header)));
  return json::root(*document).text();
}

Result<Verdict> judge(std::string_view token, const KeySet& keys, bool as_json) {
  TRY(jws, token::verify_jws(token, keys));
  Verdict verdict{base64url_encode(jws.payload.bytes()), {}};
  if (!as_json) return verdict;
  TRY(header, header_of(token));
  json::Writer json;
  json.begin_object().key("header").raw(header).member("payload", verdict.text).end_object();
  verdict.json = json.take();
  return verdict;
}

OrTrouble<Exit> verify(const VerifyOptions& options, Context& context) {
  TRY(keys, read_keys(options.key, context.input));
  const auto judge_one = [&](std::string_view token, const KeySet& set) {
    return judge(token, set, context.json);
  };
  return judge_tokens(options.token, keys, {judge_one, {}}, context);
}

void add_key_options(CLI::App& app, KeyOptions& options) {
  add_option(app, "--key", options.file, "The key: a JWK, JWKS or PEM file, or - for standard input")
      .required();
  add_optional(app, "--alg", options.algorithm, "Its algorithm, where the file does not name one");
}

}  // namespace

void add_jws_commands(CLI::App& root, Context& context) {
  CLI::App& group =
      add_group(root, "jws", "Sign any bytes, and check such signatures (RFC 7515, compact form)", context);
  {
    auto [app, options] = add_command(
        group, {"sign", "Sign a payload", "echo -n 'any bytes' | signet jws sign --key signing.jwk"}, context,
        sign);
    add_key_options(app, options.key);
    add_optional(app, "--header", options.header,
                 "A JOSE header of your own, as JSON; only a missing alg is added");
    add_option(app, "PAYLOAD", options.payload,
               "The payload as text; - or nothing reads bytes from standard input");
  }
  {
    auto [app, options] =
        add_command(group,
                    {"verify", "Check the signature of tokens and print their payload in base64url",
                     "signet jws verify --key jwks.json --batch < tokens.txt"},
                    context, verify);
    add_key_options(app, options.key);
    add_token_options(app, options.token);
  }
}

}  // namespace signet::cli
