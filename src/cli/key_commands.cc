#include <fmt/format.h>

#include "base/files.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/key_file.h"
#include "json/writer.h"

namespace signet::cli {
namespace {

struct GenerateOptions {
  std::string algorithm;
  std::optional<std::string> out;
};

std::unexpected<Trouble> cannot_create(const std::string& file, Error error) {
  const bool exists = error.code == Errc::kConflict;
  return refused(error.code, file + ": " + error.what +
                                 (exists ? " and is left alone: choose another name, or remove it first"
                                         : ": is there such a folder, and may you write there?"));
}

OrTrouble<Exit> generate(const GenerateOptions& options, Context& context) {
  TRY(algorithm, parse_alg(options.algorithm));
  const auto key = Key::generate(*algorithm);
  if (!key) return refused(key.error().code, key.error().what);
  if (!options.out) {
    print_line(key->jwk());
    return Exit::kFine;
  }
  if (const auto created = create_file(*options.out, key->jwk() + '\n'); !created) {
    return cannot_create(*options.out, created.error());
  }
  if (context.json) {
    json::Writer json;
    json.begin_object().member("file", *options.out).member("alg", algorithm_name(*algorithm));
    print_line(json.member("kid", key->kid()).end_object().take());
  } else {
    note(fmt::format("wrote {}: {} key {}", *options.out, algorithm_name(*algorithm), key->kid()));
  }
  return Exit::kFine;
}

struct PublicOptions {
  KeyOptions key;
  std::string format = "jwk";
};

OrTrouble<Exit> print_jwks(const KeySet& set, const std::string& file) {
  for (const Key& key : set.keys()) {
    if (key.is_symmetric())
      return refused(Errc::kInvalidArgument, file + ": a shared secret has no public half");
  }
  print_line(set.jwks());
  return Exit::kFine;
}

OrTrouble<Exit> print_public(const PublicOptions& options, Context& context) {
  TRY(set, read_key_set(options.key, context.input));
  const std::string& file = options.key.file;
  if (options.format == "jwks") return print_jwks(set, file);
  if (set.keys().size() != 1) {
    return refused(Errc::kInvalidArgument, file + ": a set of several keys: ask for it with --format jwks");
  }
  const auto key = set.keys().front().public_key();
  if (!key) return refused(key.error().code, file + ": " + key.error().what);
  if (options.format == "jwk") {
    print_line(key->jwk());
    return Exit::kFine;
  }
  auto pem = key->pem();
  if (!pem) return refused(pem.error().code, file + ": " + pem.error().what);
  strip_newline(*pem);
  print_line(context.json ? json::Writer().begin_object().member("pem", *pem + '\n').end_object().take()
                          : *pem);
  return Exit::kFine;
}

OrTrouble<Exit> print_thumbprint(const KeyOptions& options, Context& context) {
  TRY(set, read_key_set(options, context.input));
  for (const Key& key : set.keys()) {
    json::Writer json;
    json.begin_object().member("thumbprint", key.thumbprint()).member("kid", key.kid()).end_object();
    print_line(context.json ? json.take() : key.thumbprint());
  }
  return Exit::kFine;
}

void add_key_options(CLI::App& app, KeyOptions& options) {
  add_option(app, "--in", options.file, "The key: a JWK, JWKS or PEM file, or - for standard input")
      .required();
  add_optional(app, "--alg", options.algorithm, "Its algorithm, where the file does not name one");
}

}  // namespace

void add_key_commands(CLI::App& root, Context& context) {
  CLI::App& group = add_group(root, "key", "Make keys and look at them", context);
  {
    auto [app, options] = add_command(group,
                                      {"generate", "Make a new private key, or shared secret, as a JWK",
                                       "signet key generate --alg ES256 --out signing.jwk"},
                                      context, generate);
    add_option(app, "--alg", options.algorithm,
               "HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, "
               "ES256K, Ed25519")
        .required();
    add_optional(app, "--out", options.out, "Write to this new file, readable by its owner alone");
  }
  {
    auto [app, options] = add_command(group,
                                      {"public", "Print the public half of a key, to hand out",
                                       "signet key public --in signing.jwk --format jwks > jwks.json"},
                                      context, print_public);
    add_key_options(app, options.key);
    add_option(app, "--format", options.format, "jwk, jwks or pem")
        .one_of({"jwk", "jwks", "pem"})
        .shows_default();
  }
  {
    auto [app, options] = add_command(group,
                                      {"thumbprint", "Print a key's RFC 7638 thumbprint, Signet's kid",
                                       "signet key thumbprint --in jwks.json"},
                                      context, print_thumbprint);
    add_key_options(app, options);
  }
}

}  // namespace signet::cli
