// Sessions in SQLite, in this process: no socket, no other process. The address is a file.
#include <sqlite3.h>

#include "lookup.h"

using namespace signet::bench;

namespace {

sqlite3* open_store(const char* path) {
  sqlite3* store = nullptr;
  // Far more memory than it has by default: the whole table fits.
  if (sqlite3_open(path, &store) != SQLITE_OK ||
      sqlite3_exec(store, "PRAGMA journal_mode=WAL; PRAGMA cache_size=-400000; PRAGMA mmap_size=400000000",
                   nullptr, nullptr, nullptr) != SQLITE_OK) {
    die(sqlite3_errmsg(store));
  }
  return store;
}

sqlite3_stmt* prepare(sqlite3* store, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(store, sql, -1, &statement, nullptr) != SQLITE_OK) die(sqlite3_errmsg(store));
  return statement;
}

void bind(sqlite3_stmt* statement, int place, const std::string& text) {
  sqlite3_bind_text(statement, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

void execute(sqlite3* store, const char* sql) {
  if (sqlite3_exec(store, sql, nullptr, nullptr, nullptr) != SQLITE_OK) die(sqlite3_errmsg(store));
}

void fill(const char* path) {
  sqlite3* store = open_store(path);
  execute(store,
          "CREATE TABLE sessions (id TEXT PRIMARY KEY, user TEXT, scope TEXT, plan TEXT, expires INTEGER) "
          "WITHOUT ROWID");
  execute(store, "BEGIN");
  sqlite3_stmt* insert = prepare(store, "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)");
  const std::string scope = kScope;
  const std::string plan = kPlan;
  for (std::uint64_t i = 0; i < kSessions; ++i) {
    const std::string id = session_id(i);
    const std::string user = user_id(i);
    bind(insert, 1, id), bind(insert, 2, user), bind(insert, 3, scope), bind(insert, 4, plan);
    sqlite3_bind_int64(insert, 5, expires_at());
    if (sqlite3_step(insert) != SQLITE_DONE) die(sqlite3_errmsg(store));
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  execute(store, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  sqlite3_close(store);
}

void measure_store(const char* path, double seconds) {
  sqlite3* store = open_store(path);
  sqlite3_stmt* select =
      prepare(store, "SELECT user, scope, plan FROM sessions WHERE id = ? AND expires > ?");
  measure(seconds, 0, [&](std::uint64_t i) {
    const std::string id = session_id(mix(i) % kSessions);
    bind(select, 1, id);
    sqlite3_bind_int64(select, 2, std::time(nullptr));
    const bool found = sqlite3_step(select) == SQLITE_ROW && sqlite3_column_bytes(select, 0) == 22 &&
                       sqlite3_column_bytes(select, 2) == 4;
    sqlite3_reset(select);
    return found;
  });
  sqlite3_finalize(select);
  sqlite3_close(store);
}

}  // namespace

int main(int argc, char** argv) {
  return drive(argc, argv, fill, measure_store);
}
