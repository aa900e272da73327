// The members that describe a user or an account, in the requests of the admin API, and the rules for each.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "server/answers.h"
#include "server/app.h"
#include "server/body.h"

namespace signet::server {

/// read_password: 8 characters at least.
[[nodiscard]] std::optional<std::string> read_password(Body& body);
/// read_scope: words separated by single spaces.
[[nodiscard]] std::optional<std::string> read_scope(Body& body);
/// read_roles: an array of words; returns it as the store keeps it.
[[nodiscard]] std::optional<std::string> read_roles(Body& body);
/// read_services: "*", or an array of names; returns it as the store keeps it.
[[nodiscard]] std::optional<std::string> read_services(Body& body);
/// read_claims: an object of at most 4 KiB that sets nothing that the issuer sets. Returns it as JSON.
/// Services have claims too.
[[nodiscard]] std::optional<std::string> read_claims(Body& body);

/// check_services: a name in `services` that nothing has is a slip, and would let the user into whatever gets
/// that name later. 400. The caller holds app.user_changes, or a service may go between this look and the
/// change.
[[nodiscard]] Step<void> check_services(const App& app, const std::optional<std::string>& services);

/// Page is which part of a list is asked for.
struct Page {
  std::string_view after;  // borrowed from the request
  int size = 0;
};

/// read_page reads `after` and `limit`. 400 for a query that is none of `known`.
[[nodiscard]] Step<Page> read_page(const http::Request& request,
                                   std::initializer_list<std::string_view> known);

}  // namespace signet::server
