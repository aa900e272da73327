#include "base/try.h"
#include "storage/sql.h"
#include "storage/statement.h"

namespace signet::storage::sql {

Result<void> add_verifier_key(soci::session& session, const VerifierKey& key) {
  Statement insert(session,
                   "insert into verifier_keys (id, service, hash, created_at) "
                   "select :id, name, :hash, :created_at from services where name = :service");
  insert.with(key.id, key.hash, key.created_at, key.service).run();
  if (insert.changed() == 0) return fail(Errc::kNotFound, "no such service");
  return {};
}

Result<std::vector<VerifierKey>> list_verifier_keys(soci::session& session) {
  VerifierKey key;
  Statement list(session,
                 "select id, service, hash, created_at from verifier_keys order by service, created_at, id");
  list.into(key.id, key.service, key.hash, key.created_at);
  std::vector<VerifierKey> keys;
  for (bool more = list.run(); more; more = list.next()) keys.push_back(key);
  return keys;
}

Result<void> delete_verifier_key(soci::session& session, std::string_view service, std::string_view id) {
  Statement remove(session, "delete from verifier_keys where service = :service and id = :id");
  remove.with(service, id).run();
  if (remove.changed() == 0) return fail(Errc::kNotFound, "no such verifier key");
  return {};
}

}  // namespace signet::storage::sql
