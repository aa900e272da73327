#include "base/try.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/ended_session.h"
#include "cli/judge.h"
#include "cli/key_file.h"
#include "cli/mismatch.h"
#include "guard/http_client.h"
#include "json/document.h"
#include "json/writer.h"
#include "signet/signer.h"
#include "signet/verifier.h"

namespace signet::cli {
namespace {

struct SignOptions {
  KeyOptions key;
  std::string claims;
  std::string type = "at+jwt";
};

OrTrouble<Exit> sign(const SignOptions& options, Context& context) {
  TRY(key, read_signing_key(options.key, context.input));
  TRY(text, context.input.read_value(options.claims));
  const auto claims = Claims::from_json(text);
  if (!claims) return misused(std::string("--claims: ") + claims.error().what, Errc::kMalformed);
  const auto signer = Signer::create(key);
  if (!signer) return refused(signer.error().code, signer.error().what);
  const auto token = signer->sign(*claims, options.type);
  if (!token) return refused(token.error().code, token.error().what);
  print_line(context.json ? json::Writer().begin_object().member("token", *token).end_object().take()
                          : *token);
  return Exit::kFine;
}

struct VerifyOptions {
  KeyOptions keys;
  std::string issuer, audience;
  std::string type = "at+jwt";
  std::int64_t leeway = 0;
  std::optional<std::int64_t> at;
  TokenOptions token;
};

bool is_url(std::string_view source) {
  return source.starts_with("https://") || source.starts_with("http://");
}

/// What an issuer publishes that has nothing to publish: it shares a secret.
bool is_empty_set(std::string_view jwks) {
  const auto document = json::parse_object(jwks);
  if (!document) return false;
  const auto keys = json::root(**document).member("keys");
  return keys && keys->type() == Json::Type::kArray && keys->elements().empty();
}

OrTrouble<Keys> fetch_keys(const KeyOptions& options) {
  TRY(algorithm, parse_alg(options.algorithm));
  const auto answer = guard::HttpClient().fetch({.url = options.file});
  if (!answer)
    return misused("cannot fetch " + options.file + ": " + answer.error().what, answer.error().code);
  if (answer->status != 200) {
    return misused("cannot fetch " + options.file + ": the server answered " +
                       std::to_string(answer->status) + "; an issuer's keys are at /.well-known/jwks.json",
                   Errc::kUnavailable);
  }
  Keys keys = keys_of(answer->body, options.file, algorithm, KeySet::from_jwks);
  if (is_empty_set(answer->body))
    keys.way_out = "if this issuer signs with a shared secret, use --keys shared-secret.jwk";
  return keys;
}

OrTrouble<Exit> verify(const VerifyOptions& options, Context& context) {
  const auto policy = Policy::create({.issuer = options.issuer,
                                      .audience = options.audience,
                                      .type = options.type,
                                      .leeway = std::chrono::seconds(options.leeway)});
  if (!policy) return misused(policy.error().what);
  TRY(keys, is_url(options.keys.file) ? fetch_keys(options.keys) : read_keys(options.keys, context.input));
  const Verifier verifier(*policy);
  const auto now = [&] { return options.at ? from_unix(*options.at) : system_now(); };
  const bool asks_issuer = is_url(options.keys.file) && !options.at;  // which knows of now, and not of then
  guard::HttpClient client;
  const auto judge = [&](std::string_view token, const KeySet& set) -> Result<Verdict> {
    TRY(verified, verifier.verify(token, set, now()));
    if (asks_issuer) TRY_DO(check_session(verified, set, client));
    std::string claims = verified.claims().text();
    return Verdict{claims, json::Writer().begin_object().key("claims").raw(claims).end_object().take()};
  };
  const auto explain = [&](std::string_view token, const KeySet& set, Errc refusal) {
    return mismatch(token, set, policy->expectations(), now(), refusal);
  };
  return judge_tokens(options.token, keys, {judge, explain}, context);
}

void add_sign(CLI::App& root, Context& context) {
  auto [app, options] = add_command(
      root,
      {"sign", "Sign claims as a token; nothing is added to them",
       "signet sign --key signing.jwk --claims '{\"iss\":\"me\",\"aud\":\"orders\",\"exp\":2000000000}'"},
      context, sign);
  add_option(app, "--key", options.key.file, "The private key: a JWK, JWKS or PEM file, or -").required();
  add_optional(app, "--alg", options.key.algorithm, "Its algorithm, where the file does not name one");
  add_option(app, "--claims", options.claims, "A JSON object, @FILE to read it from, or - for standard input")
      .required();
  add_option(app, "--typ", options.type, "The header's typ").shows_default();
}

void add_verify(CLI::App& root, Context& context) {
  auto [app, options] = add_command(root,
                                    {"verify", "Judge tokens as an API would, and print their claims",
                                     "signet verify --keys http://127.0.0.1:7700/.well-known/jwks.json \\\n"
                                     "      --issuer http://127.0.0.1:7700 --audience orders TOKEN"},
                                    context, verify);
  add_option(app, "--keys", options.keys.file,
             "A JWKS, JWK or PEM file, -, or the http(s) URL of a JWKS. Only with a URL is the issuer asked, "
             "too, whether the session was ended")
      .required();
  add_optional(app, "--alg", options.keys.algorithm, "The keys' algorithm, where they do not name one");
  add_option(app, "--issuer", options.issuer, "What `iss` must be").required();
  add_option(app, "--audience", options.audience, "What `aud` must be, or hold: the service's name")
      .required();
  add_option(app, "--typ", options.type, "What the header's `typ` must be").shows_default();
  add_option(app, "--leeway", options.leeway, "Seconds that clocks may be apart, up to 600").shows_default();
  add_optional(app, "--at", options.at,
               "Judge as if it were this time, in seconds since 1970; the issuer is not asked then");
  add_token_options(app, options.token);
}

}  // namespace

void add_token_commands(CLI::App& root, Context& context) {
  add_sign(root, context);
  add_verify(root, context);
}

}  // namespace signet::cli
