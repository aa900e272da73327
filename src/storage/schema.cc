#include "storage/schema.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>
#include <vector>

#include "storage/statement.h"

namespace signet::storage {
namespace {

std::vector<std::string> table_names(soci::session& session) {
  std::string name;
  soci::statement query = (session.prepare_table_names(), soci::into(name));
  query.execute();
  std::vector<std::string> names;
  while (query.fetch()) names.push_back(name);
  return names;
}

/// steps_taken returns 0 for an empty database, and nothing for one that holds something else than Signet's
/// data.
std::optional<std::int64_t> steps_taken(soci::session& session) {
  const auto names = table_names(session);
  if (names.empty()) return 0;
  if (std::ranges::find(names, "schema_version") == names.end()) return std::nullopt;
  std::int64_t version = 0;
  if (!Statement(session, "select version from schema_version").into(version).run()) return std::nullopt;
  return version;
}

/// take_step runs a step's statements one by one: no engine prepares two at once.
void take_step(soci::session& session, std::string_view text, std::int64_t number) {
  soci::transaction transaction(session);
  for (auto end = text.find(";\n"); end != text.npos; end = text.find(";\n")) {
    session << std::string(text.substr(0, end));
    text.remove_prefix(end + 2);
  }
  Statement(session, "update schema_version set version = :number").with(number).run();
  transaction.commit();
}

}  // namespace

bool is_empty(soci::session& session) {
  return table_names(session).empty();
}

OrExplain<void> migrate(soci::session& session, std::span<const std::string_view> steps,
                        std::string_view name) {
  const auto taken = steps_taken(session);
  if (!taken) {
    return explain(
        Errc::kInvalidArgument,
        fmt::format("{} is a database of another program. Name another place for Signet's data.", name));
  }
  const auto known = static_cast<std::int64_t>(steps.size());
  if (*taken > known) {
    return explain(
        Errc::kUnsupported,
        fmt::format("{} was written by a newer Signet (its schema is {}, this one knows up to {}). Run "
                    "that version or a later one, or restore a backup from before the upgrade.",
                    name, *taken, known));
  }
  for (auto number = *taken + 1; number <= known; ++number) {
    take_step(session, steps[static_cast<std::size_t>(number - 1)], number);
    spdlog::info("{}: the schema is now {}", name, number);
  }
  return {};
}

}  // namespace signet::storage
