// What verifiers ask for: the status lists, and the feed of revocations. docs/revocation-feed.md specifies them.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/try.h"
#include "json/writer.h"
#include "server/answers.h"
#include "server/app.h"
#include "server/authorize.h"

namespace signet::server {
namespace {

using http::Request;
using http::Response;
using std::chrono::seconds;

constexpr seconds kLongestWait{60};
constexpr seconds kUsualWait{30};
constexpr seconds kShortestStaleness{5}, kLongestStaleness{std::chrono::days(366)};
constexpr std::size_t kMaxInstance = 64;
constexpr std::size_t kMaxVersion = 128;

/// read_number reads a whole number without a sign.
std::optional<std::uint64_t> read_number(std::string_view text, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && value <= most ? std::optional(value) : std::nullopt;
}

Step<std::uint64_t> number_query(const Request& request, std::string_view name, std::uint64_t fallback,
                                 std::uint64_t most) {
  const auto text = request.query(name);
  if (!text) return fallback;
  const auto value = read_number(*text, most);
  if (value) return *value;
  return std::unexpected(bad_field(name, fmt::format("{} must be a whole number from 0 to {}", name, most)));
}

/// audience_query returns for whom statements are to be signed: see StatementKeys::signed_for.
Step<std::string> audience_query(const App& app, const Request& request) {
  auto audience = app.feed->statement_keys().signed_for(request.query("audience").value_or(""));
  if (audience) return std::move(*audience);
  return std::unexpected(bad_field("audience", "there is no such service"));
}

Step<std::optional<revocation::Position>> asked_position(const App& app, const Request& request) {
  if (!request.query("after")) return std::nullopt;
  TRY(after, number_query(request, "after", 0, revocation::kMaxCounter));
  const auto epoch = request.query("epoch");
  if (epoch && !revocation::is_epoch(*epoch)) return std::unexpected(bad_field("epoch", "this is no epoch"));
  return revocation::Position{.epoch = epoch ? std::string(*epoch) : app.feed->log().now().position.epoch,
                              .seq = after};
}

std::string printable(std::string_view text, std::size_t most) {
  std::string kept(text.substr(0, most));
  std::erase_if(kept, [](char c) { return c < ' ' || c > '~'; });
  return kept;
}

/// said_staleness returns for how long the verifier accepts tokens when it hears nothing. Whoever does not say so, or
/// accepts them at any age, is taken to do it for as long as can be.
seconds said_staleness(const Request& request) {
  const auto longest = static_cast<std::uint64_t>(kLongestStaleness.count());
  const auto said = read_number(request.header("Signet-Max-Staleness").value_or(""), longest);
  return std::max(seconds(said.value_or(longest)), kShortestStaleness);
}

/// identified returns who asks, when it says so. A key that is wrong is refused: it was meant to be right.
Step<std::optional<Contact>> identified(const App& app, const Request& request, const PollRequest& poll) {
  if (!request.header("Authorization")) return std::nullopt;
  const auto key = bearer_token(request);
  const auto service = key ? app.feed->statement_keys().service_of(*key) : std::nullopt;
  if (!service) return std::unexpected(unauthenticated("invalid_token", "this is no verifier's key"));
  Contact contact{.service = *service,
                  .key = hash_verifier_key(*key),
                  .instance = printable(request.header("Signet-Instance").value_or(""), kMaxInstance),
                  .version = printable(request.header("User-Agent").value_or(""), kMaxVersion),
                  .remote_address = request.remote_address,
                  .max_staleness = said_staleness(request),
                  .applied = std::nullopt};
  // What has not happened yet nobody has applied: it would count for every revocation to come.
  const auto head = app.feed->log().now().position;
  const auto& asked = poll.asked;
  if (asked && asked->epoch == head.epoch && asked->seq <= head.seq) contact.applied = asked->seq;
  return contact;
}

Step<PollRequest> read_poll(const App& app, const Request& request) {
  PollRequest poll;
  TRY(audience, audience_query(app, request));
  TRY(asked, asked_position(app, request));
  TRY(wait, number_query(request, "wait", static_cast<std::uint64_t>(kUsualWait.count()),
                         static_cast<std::uint64_t>(kLongestWait.count())));
  poll.audience = std::move(audience);
  poll.asked = std::move(asked);
  poll.wait = seconds(wait);
  TRY(verifier, identified(app, request, poll));
  poll.verifier = std::move(verifier);
  return poll;
}

void follow(const App& app, const Request& request, const http::Responder& responder) {
  auto poll = read_poll(app, request);
  if (!poll) {
    responder.send(std::move(poll.error()));
    return;
  }
  app.feed->polls().add(std::move(*poll), responder);
}

/// The end of a signature names the statement as well as any hash of it.
std::string etag_of(const std::string& statement) {
  return '"' + statement.substr(statement.size() - std::min<std::size_t>(statement.size(), 24)) + '"';
}

Step<Response> show_list(const App& app, const Request& request) {
  TRY(audience, audience_query(app, request));
  const auto number = revocation::read_list_number(request.parameter("list"));
  if (!number) return std::unexpected(not_found("there is no such status list"));
  const auto text = app.feed->lists().statement(*number, audience, app.clock.now());
  if (!text && text.error().code == Errc::kNotFound)
    return std::unexpected(not_found("there is no such status list"));
  if (!text) return std::unexpected(unavailable());
  const std::string etag = etag_of(**text);
  Response answer{.status = 200, .content_type = "application/statuslist+jwt", .body = {}, .headers = {}};
  if (request.header("If-None-Match") == etag) {
    answer = Response::empty(304);
  } else {
    answer.shared_body = *text;
  }
  return std::move(answer)
      .with("ETag", etag)
      .with("Cache-Control", fmt::format("public, max-age={}", ListStatements::kTtl.count()));
}

/// Token Status List §9.1: the aggregation.
Response show_lists(const App& app) {
  const auto lists = app.feed->log().now().lists;
  json::Writer json;
  json.begin_object().key("status_lists").begin_array();
  for (std::uint64_t list = lists.first; list <= lists.last; ++list) {
    json.string(revocation::list_uri(app.issuer, list));
  }
  return Response::json(200, json.end_array().end_object().take())
      .with("Cache-Control", fmt::format("public, max-age={}", ListStatements::kTtl.count()));
}

}  // namespace

void add_revocation_api(http::Router& router, App& app) {
  router.add("GET", "/v1/status", [&app](const Request&) { return show_lists(app); })
      .add(
          "GET", "/v1/status/{list}",
          [&app](const Request& request) { return either(show_list(app, request)); }, http::Lane::kBlocking)
      .add_async("GET", "/v1/revocations", [&app](const Request& request, const http::Responder& responder) {
        follow(app, request, responder);
      });
}

}  // namespace signet::server
