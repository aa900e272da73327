#include "base/try.h"
#include "cli/api.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/table.h"

namespace signet::cli {
namespace {

struct VerifiersOptions {
  ServerOptions server;
};

OrTrouble<Exit> verifiers(const VerifiersOptions& options, Context& context) {
  TRY(api, Api::open(options.server));
  TRY(answer, api.get("/v1/admin/verifiers"));
  if (context.json) {
    print_line(answer.root().text());
    return Exit::kFine;
  }
  const auto listed = answer.root().member("verifiers");
  if (!listed) return refused(Errc::kMalformed, api.server() + " lists no verifiers");
  std::vector<std::vector<std::string>> rows{
      {"SERVICE", "INSTANCE", "VERSION", "APPLIED", "LAG", "LAST CONTACT", "ADDRESS"}};
  for (const Json verifier : listed->elements()) {
    rows.push_back({cell(verifier, "service"), cell(verifier, "instance"), cell(verifier, "version"),
                    cell(verifier, "applied"), cell(verifier, "lag"), cell(verifier, "last_contact"),
                    cell(verifier, "address")});
  }
  print_table(std::move(rows));
  return Exit::kFine;
}

}  // namespace

void add_verifiers_command(CLI::App& root, Context& context) {
  auto [app, options] = add_command(
      root,
      {"verifiers", "List the APIs that follow revocations with a verifier key, and how far they have",
       "signet verifiers"},
      context, verifiers);
  add_admin_options(app, options.server);
}

}  // namespace signet::cli
