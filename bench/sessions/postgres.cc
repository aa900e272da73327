// Sessions in PostgreSQL, with libpq, one connection. The address is a connection string.
#include <libpq-fe.h>

#include <array>
#include <memory>

#include "lookup.h"

using namespace signet::bench;

namespace {

struct Free {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Free>;
using Answer = std::unique_ptr<PGresult, Free>;

Connection open_store(const char* address) {
  Connection connection(PQconnectdb(address));
  if (PQstatus(connection.get()) != CONNECTION_OK) die(PQerrorMessage(connection.get()));
  return connection;
}

void execute(PGconn* connection, const char* sql, ExecStatusType expected = PGRES_COMMAND_OK) {
  const Answer answer(PQexec(connection, sql));
  if (PQresultStatus(answer.get()) != expected) die(PQerrorMessage(connection));
}

void fill(const char* address) {
  const Connection connection = open_store(address);
  execute(connection.get(),
          "CREATE TABLE sessions (id text, user_id text, scope text, plan text, expires bigint)");
  execute(connection.get(), "COPY sessions FROM STDIN", PGRES_COPY_IN);
  for (std::uint64_t i = 0; i < kSessions; ++i) {
    const std::string line = session_id(i) + "\t" + user_id(i) + "\t" + kScope + "\t" + kPlan + "\t" +
                             std::to_string(expires_at()) + "\n";
    if (PQputCopyData(connection.get(), line.data(), static_cast<int>(line.size())) != 1)
      die(PQerrorMessage(connection.get()));
  }
  PQputCopyEnd(connection.get(), nullptr);
  while (const Answer answer{PQgetResult(connection.get())}) {
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) die(PQerrorMessage(connection.get()));
  }
  execute(connection.get(), "ALTER TABLE sessions ADD PRIMARY KEY (id)");
  execute(connection.get(), "VACUUM ANALYZE sessions");
}

void measure_store(const char* address, double seconds) {
  const Connection connection = open_store(address);
  const Answer prepared(PQprepare(connection.get(), "lookup",
                                  "SELECT user_id, scope, plan FROM sessions WHERE id = $1 AND expires > $2",
                                  2, nullptr));
  if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) die(PQerrorMessage(connection.get()));
  measure(seconds, PQbackendPID(connection.get()), [&](std::uint64_t i) {
    const std::string id = session_id(mix(i) % kSessions);
    const std::string now = std::to_string(std::time(nullptr));
    const std::array<const char*, 2> values{id.c_str(), now.c_str()};
    const Answer answer(PQexecPrepared(connection.get(), "lookup", 2, values.data(), nullptr, nullptr, 0));
    return PQntuples(answer.get()) == 1 && PQgetlength(answer.get(), 0, 0) == 22;
  });
}

}  // namespace

int main(int argc, char** argv) {
  return drive(argc, argv, fill, measure_store);
}
