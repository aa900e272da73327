#include "cli/command.h"
#include "cli/commands.h"
#include "json/writer.h"

namespace signet::cli {
namespace {

struct VersionOptions {};

OrTrouble<Exit> version(const VersionOptions&, Context& context) {
  json::Writer json;
  json.begin_object().member("name", "signet").member("version", SIGNET_VERSION).end_object();
  print_line(context.json ? json.take() : "signet " SIGNET_VERSION);
  return Exit::kFine;
}

}  // namespace

void add_version_command(CLI::App& root, Context& context) {
  add_command(root, {"version", "Print the version", "signet version"}, context, version);
}

}  // namespace signet::cli
