#include "base/try.h"
#include "storage/sql.h"
#include "storage/statement.h"

namespace signet::storage::sql {

Result<std::optional<std::string>> setting(soci::session& session, std::string_view name) {
  std::string value;
  Statement find(session, "select value from settings where name = :name");
  if (!find.with(name).into(value).run()) return std::nullopt;
  return value;
}

Result<std::string> ensure_setting(soci::session& session, std::string_view name, std::string_view value) {
  Statement(session, "insert into settings (name, value) values (:name, :value) on conflict do nothing")
      .with(name, value)
      .run();
  TRY(standing, setting(session, name));
  if (!standing) return fail(Errc::kInternal, "a setting vanished");
  return *standing;
}

/// A true change: SQLite writes nothing for an update that leaves a row as it was.
Result<void> check_writable(soci::session& session) {
  Statement(session, "update write_probe set count = count + 1").run();
  return {};
}

}  // namespace signet::storage::sql
