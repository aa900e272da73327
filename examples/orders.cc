// Orders: everybody sees and makes their own. Decides by `scope` (what the token may do) and `sub` (whose it
// is).
//
//   GET  /orders        needs the scope orders:read
//   GET  /orders/{id}   needs the scope orders:read, and that the order is yours
//   POST /orders        needs the scope orders:write; the body is what you order, as text
#include <mutex>
#include <vector>

#include "api.h"
#include "json/writer.h"

using namespace example;
using signet::VerifiedToken;

struct Order {
  std::size_t id;
  std::string customer;
  std::string item;
};

std::string to_json(const Order& order) {
  signet::json::Writer json;
  json.begin_object().member("id", order.id).member("item", order.item).end_object();
  return json.take();
}

int main(int argc, char** argv) {
  const Options options = read_options("orders", argc, argv);
  const signet::Guard guard = open_guard(options);
  std::mutex mutex;
  std::vector<Order> orders;

  const auto list = [&](const Request&, const VerifiedToken& token) {
    if (!token.has_scope("orders:read")) return forbidden("the scope orders:read");
    const std::lock_guard lock(mutex);
    signet::json::Writer json;
    json.begin_object().key("orders").begin_array();
    for (const Order& order : orders) {
      if (order.customer == token.subject()) json.raw(to_json(order));
    }
    return Response::json(200, json.end_array().end_object().take());
  };

  const auto get = [&](const Request& request, const VerifiedToken& token) {
    if (!token.has_scope("orders:read")) return forbidden("the scope orders:read");
    const std::lock_guard lock(mutex);
    for (const Order& order : orders) {
      const bool is_it = std::to_string(order.id) == request.parameter("id");
      if (is_it && order.customer == token.subject()) return Response::json(200, to_json(order));
    }
    return Response::problem(404, "no such order");  // also for somebody else's: who asks learns nothing
  };

  const auto create = [&](const Request& request, const VerifiedToken& token) {
    if (!token.has_scope("orders:write")) return forbidden("the scope orders:write");
    if (request.body.empty())
      return Response::problem(400, "an empty order", "say what you want in the body");
    const std::lock_guard lock(mutex);
    orders.push_back({orders.size() + 1, std::string(token.subject()), request.body});
    return Response::json(201, to_json(orders.back()));
  };

  Router router;
  router.add("GET", "/orders", guarded(guard, list));
  router.add("GET", "/orders/{id}", guarded(guard, get));
  router.add("POST", "/orders", guarded(guard, create));
  return serve(options, std::move(router));
}
