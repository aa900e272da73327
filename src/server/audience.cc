#include "server/audience.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/try.h"
#include "server/names.h"

namespace signet::server {
namespace {

using storage::Service;
using Services = std::vector<Service>;

constexpr std::string_view kField = "audience";

bool may_use(const storage::User& user, const Service& service) {
  return user.services == "*" || has_word(user.services, service.name);
}

Step<Services> all_usable(Services known, const storage::User& user) {
  if (known.empty()) {
    return std::unexpected(forbidden("no services yet: add one with `signet service add`", kField));
  }
  std::erase_if(known, [&](const Service& s) { return !s.sealed_secret.empty() || !may_use(user, s); });
  if (known.empty()) {
    return std::unexpected(
        forbidden("there is no service that you may use without naming it as audience", kField));
  }
  return known;
}

Service issuer_itself() {
  Service service;
  service.name = kIssuerService;
  return service;
}

Step<Service> find_usable(const Services& known, const storage::User& user, const std::string& name) {
  // Everybody may talk to the issuer, about their own session; what else they may do there, their roles say.
  if (name == kIssuerService) return issuer_itself();
  const auto found = std::ranges::find(known, name, &Service::name);
  if (found != known.end() && may_use(user, *found)) return *found;
  return std::unexpected(forbidden(fmt::format("there is no service {} that you may use", name), kField));
}

bool stands_alone(const Service& service) {
  return service.name == kIssuerService || !service.sealed_secret.empty();
}

}  // namespace

Step<Services> choose_audience(storage::Store& store, const storage::User& user,
                               const std::vector<std::string>& asked) {
  auto known = store.list_services();
  if (!known) return std::unexpected(unavailable());
  if (asked.empty()) return all_usable(std::move(*known), user);
  Services chosen;
  for (const std::string& name : asked) {
    TRY(service, find_usable(*known, user, name));
    chosen.push_back(service);
  }
  const auto alone = std::ranges::find_if(chosen, stands_alone);
  if (chosen.size() > 1 && alone != chosen.end()) {
    return std::unexpected(bad_field(
        kField,
        fmt::format("{} must be asked for alone: its tokens are not for other services", alone->name)));
  }
  return chosen;
}

}  // namespace signet::server
