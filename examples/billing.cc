// Billing: accountants see invoices, and approve them up to a limit. Decides by `roles` and by a number among
// the claims that an administrator has given to the user: {"approval_limit": 500}.
//
//   GET  /invoices                needs the role accountant
//   GET  /invoices/{id}           needs the role accountant
//   POST /invoices/{id}/approval  needs an approval_limit of at least the invoice's amount
#include <mutex>
#include <vector>

#include "api.h"
#include "json/writer.h"

using namespace example;
using signet::VerifiedToken;

struct Invoice {
  std::string id;
  std::int64_t amount;
  bool approved = false;
};

std::string to_json(const Invoice& invoice) {
  signet::json::Writer json;
  json.begin_object()
      .member("id", invoice.id)
      .member("amount", invoice.amount)
      .member("approved", invoice.approved);
  return json.end_object().take();
}

/// What somebody without the claim may approve: nothing.
std::int64_t approval_limit(const VerifiedToken& token) {
  return token.integer("approval_limit").value_or(-1);
}

int main(int argc, char** argv) {
  const Options options = read_options("billing", argc, argv);
  const signet::Guard guard = open_guard(options);
  std::mutex mutex;
  std::vector<Invoice> invoices = {{"i-1", 120}, {"i-2", 499}, {"i-3", 12'000}};

  const auto find = [&](const Request& request) -> Invoice* {
    for (Invoice& invoice : invoices) {
      if (invoice.id == request.parameter("id")) return &invoice;
    }
    return nullptr;
  };

  const auto list = [&](const Request&, const VerifiedToken& token) {
    if (!token.has_role("accountant")) return forbidden("the role accountant");
    const std::lock_guard lock(mutex);
    signet::json::Writer json;
    json.begin_object().key("invoices").begin_array();
    for (const Invoice& invoice : invoices) json.raw(to_json(invoice));
    return Response::json(200, json.end_array().end_object().take());
  };

  const auto get = [&](const Request& request, const VerifiedToken& token) {
    if (!token.has_role("accountant")) return forbidden("the role accountant");
    const std::lock_guard lock(mutex);
    const Invoice* const invoice = find(request);
    return invoice ? Response::json(200, to_json(*invoice)) : Response::problem(404, "no such invoice");
  };

  const auto approve = [&](const Request& request, const VerifiedToken& token) {
    const std::lock_guard lock(mutex);
    Invoice* const invoice = find(request);
    if (!invoice) return Response::problem(404, "no such invoice");
    if (approval_limit(token) < invoice->amount) return forbidden("an approval_limit as high as the invoice");
    invoice->approved = true;
    return Response::json(201, to_json(*invoice));
  };

  Router router;
  router.add("GET", "/invoices", guarded(guard, list));
  router.add("GET", "/invoices/{id}", guarded(guard, get));
  router.add("POST", "/invoices/{id}/approval", guarded(guard, approve));
  return serve(options, std::move(router));
}
