// Inventory: everybody may look, those who work in a warehouse count. Decides by a claim of its own,
// `warehouses`, that an administrator has given to the user: {"warehouses": ["berlin"]}.
//
//   GET  /stock               any good token
//   GET  /stock/{warehouse}   any good token
//   POST /stock/{warehouse}   needs that warehouse among the claim's; the body is how many came in
#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>

#include "api.h"
#include "json/writer.h"

using namespace example;
using signet::VerifiedToken;

bool works_at(const VerifiedToken& token, std::string_view warehouse) {
  const auto warehouses = token.strings("warehouses");
  return warehouses && std::ranges::find(*warehouses, warehouse) != warehouses->end();
}

int main(int argc, char** argv) {
  const Options options = read_options("inventory", argc, argv);
  const signet::Guard guard = open_guard(options);
  std::mutex mutex;
  std::map<std::string, int, std::less<>> stock = {{"berlin", 12}, {"lisbon", 7}};

  const auto one = [&](std::string_view warehouse, int count) {
    return signet::json::Writer()
        .begin_object()
        .member("warehouse", warehouse)
        .member("count", count)
        .end_object()
        .take();
  };

  const auto list = [&](const Request&, const VerifiedToken&) {
    const std::lock_guard lock(mutex);
    signet::json::Writer json;
    json.begin_object();
    for (const auto& [warehouse, count] : stock) json.member(warehouse, count);
    return Response::json(200, json.end_object().take());
  };

  const auto get = [&](const Request& request, const VerifiedToken&) {
    const std::lock_guard lock(mutex);
    const auto found = stock.find(request.parameter("warehouse"));
    if (found == stock.end()) return Response::problem(404, "no such warehouse");
    return Response::json(200, one(found->first, found->second));
  };

  const auto create = [&](const Request& request, const VerifiedToken& token) {
    const std::string_view warehouse = request.parameter("warehouse");
    if (!works_at(token, warehouse)) return forbidden("this warehouse in the claim `warehouses`");
    int count = 0;
    const char* const end = request.body.data() + request.body.size();
    const auto [stop, error] = std::from_chars(request.body.data(), end, count);
    if (error != std::errc() || stop != end || count < 1 || count > 1'000'000) {
      return Response::problem(400, "not a count", "the body is a number from 1 to 1000000");
    }
    const std::lock_guard lock(mutex);
    const auto found = stock.find(warehouse);
    if (found == stock.end()) return Response::problem(404, "no such warehouse");
    return Response::json(201, one(found->first, found->second += count));
  };

  Router router;
  router.add("GET", "/stock", guarded(guard, list));
  router.add("GET", "/stock/{warehouse}", guarded(guard, get));
  router.add("POST", "/stock/{warehouse}", guarded(guard, create));
  return serve(options, std::move(router));
}
