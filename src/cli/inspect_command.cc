#include <fmt/format.h>

#include "base/base64url.h"
#include "base/try.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/judge.h"
#include "cli/pretty.h"
#include "json/document.h"
#include "json/writer.h"
#include "token/jws.h"

namespace signet::cli {
namespace {

struct InspectOptions {
  std::string token = "-";
};

constexpr const char* kWarning =
    "NOT VERIFIED: anybody may have written this. `signet verify` tells whether it holds.";

void print_part(const char* title, const Bytes& part, Paint paint) {
  print_line(title);
  if (const auto document = json::parse_object(as_text(part))) {
    print_line(pretty(json::root(**document), paint, system_now(), 2));
  } else if (part.empty()) {
    print_line("  (empty)");
  } else {
    print_line(fmt::format("  (no JSON object, {})", document.error().what));
    print_line("  " + printable(as_text(part)));
  }
}

void print_for_people(const token::Unverified& token) {
  const Paint paint = paint_for_output();
  print_line(paint.warning(kWarning));
  print_part("\nHeader", token.header, paint);
  print_part("\nPayload", token.payload, paint);
  print_line(fmt::format("\nSignature\n  {} bytes, not checked\n", token.signature_size));
  print_line(paint.warning(kWarning));
}

/// A part that is no JSON object comes as base64url, in a member of another name.
void write_part(json::Writer& json, const std::string& name, const Bytes& part) {
  if (const auto document = json::parse_object(as_text(part))) {
    json.key(name).raw(compact(json::root(**document)));
  } else {
    json.member(name + "_base64url", base64url_encode(part));
  }
}

void print_json(const token::Unverified& token) {
  json::Writer json;
  json.begin_object().member("verified", false);
  write_part(json, "header", token.header);
  write_part(json, "payload", token.payload);
  print_line(json.member("signature_bytes", token.signature_size).end_object().take());
}

OrTrouble<Exit> inspect(const InspectOptions& options, Context& context) {
  TRY(text, read_token(options.token, context.input));
  if (text.empty()) return refused(Errc::kMalformed, kNoToken);
  const auto token = token::take_apart(text);
  if (!token) return refused(token.error().code, std::string("not a token: ") + token.error().what);
  context.json ? print_json(*token) : print_for_people(*token);
  return Exit::kFine;
}

}  // namespace

void add_inspect_command(CLI::App& root, Context& context) {
  auto [app, options] = add_command(root,
                                    {"inspect", "Show what a token says, without verifying it",
                                     "signet login alice --print | signet inspect"},
                                    context, inspect);
  add_option(app, "TOKEN", options.token, "The token; - or nothing reads it from standard input");
}

}  // namespace signet::cli
