#include <fmt/format.h>

#include "base/try.h"
#include "storage/sql.h"
#include "storage/statement.h"

namespace signet::storage::sql {
namespace {

std::string select_services(std::string_view rest) {
  return fmt::format(
      "select name, description, claims, access_seconds, sealed_secret, created_at from services {}", rest);
}

Statement& into(Statement& statement, Service& service) {
  return statement.into(service.name, service.description, service.claims, service.access_seconds,
                        service.sealed_secret, service.created_at);
}

void apply(const ServiceChange& change, Service& service) {
  service.description = change.description.value_or(service.description);
  service.claims = change.claims.value_or(service.claims);
  service.access_seconds = change.access_seconds.value_or(service.access_seconds);
  service.sealed_secret = change.sealed_secret.value_or(service.sealed_secret);
}

}  // namespace

Result<void> create_service(soci::session& session, const Service& service) {
  Statement insert(
      session,
      "insert into services (name, description, claims, access_seconds, sealed_secret, created_at) "
      "values (:name, :description, :claims, :access_seconds, :sealed_secret, :created_at) "
      "on conflict do nothing");
  insert.with(service.name, service.description, service.claims, service.access_seconds,
              service.sealed_secret, service.created_at);
  insert.run();
  if (insert.changed() == 0) return fail(Errc::kConflict, "the service's name is taken");
  return {};
}

Result<Service> find_service(soci::session& session, std::string_view name) {
  Service service;
  Statement find(session, select_services("where name = :name"));
  find.with(name);
  if (!into(find, service).run()) return fail(Errc::kNotFound, "no such service");
  return service;
}

Result<std::vector<Service>> list_services(soci::session& session) {
  Service service;
  Statement list(session, select_services("order by name"));
  std::vector<Service> services;
  for (bool more = into(list, service).run(); more; more = list.next()) services.push_back(service);
  return services;
}

Result<Service> change_service(soci::session& session, std::string_view name, const ServiceChange& change) {
  TRY(service, find_service(session, name));
  apply(change, service);
  Statement(
      session,
      "update services set description = :description, claims = :claims, access_seconds = :access_seconds, "
      "sealed_secret = :sealed_secret where name = :name")
      .with(service.description, service.claims, service.access_seconds, service.sealed_secret, service.name)
      .run();
  return service;
}

Result<void> delete_service(soci::session& session, std::string_view name) {
  Statement remove(session, "delete from services where name = :name");
  remove.with(name).run();
  if (remove.changed() == 0) return fail(Errc::kNotFound, "no such service");
  forget_service(session, name);
  return {};
}

}  // namespace signet::storage::sql
