#include "cli/api.h"

#include <fmt/format.h>

#include "base/try.h"
#include "cli/command.h"
#include "cli/member.h"
#include "cli/session.h"
#include "guard/http_client.h"
#include "json/writer.h"
#include "signet/time.h"

namespace signet::cli {
namespace {

constexpr const char* kDefaultServer = "http://127.0.0.1:7700";
constexpr const char* kHowToLogIn = "administrators log in with `signet login --audience signet NAME`";

Errc code_of(int status) {
  if (status == 404) return Errc::kNotFound;
  if (status == 409) return Errc::kConflict;
  if (status == 429 || status >= 500) return Errc::kUnavailable;
  return Errc::kInvalidArgument;
}

/// The problem details' own words (RFC 9457 §3.1.4), and the field that they are about.
std::string problem_in(const guard::HttpAnswer& answer) {
  const auto document = json::parse_object(answer.body);
  if (!document) return fmt::format("status {}", answer.status);
  const Json problem = json::root(**document);
  std::string what = text_of(problem, "detail");
  if (what.empty()) what = text_of(problem, "title");
  if (what.empty()) what = fmt::format("status {}", answer.status);
  const std::string field = text_of(problem, "field");
  return field.empty() ? what : fmt::format("{} (field {})", what, field);
}

std::unexpected<Trouble> refusal(const guard::HttpAnswer& answer, const std::string& server,
                                 bool with_token) {
  std::string what = fmt::format("{} refuses: {}", server, problem_in(answer));
  if (with_token && (answer.status == 401 || answer.status == 403)) what += fmt::format("; {}", kHowToLogIn);
  return refused(code_of(answer.status), what);
}

/// A slash at the end is how people write addresses.
std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

OrTrouble<Session> refreshed(const Session& session, Time now) {
  TRY(api, Api::open_public(session.server));
  json::Writer json;
  json.begin_object().member("refresh_token", session.refresh_token).end_object();
  const auto answer = api.call("POST", "/v1/refresh", json.take());
  if (!answer) {
    return std::unexpected(
        Trouble{Exit::kRefused, answer.error().code,
                answer.error().what + "; the saved session cannot be continued: log in again"});
  }
  TRY(next, with_tokens(session, answer->root(), now));
  TRY_DO(save_session(next));
  return next;
}

OrTrouble<Session> saved_session(const std::optional<std::string>& server) {
  TRY(session, load_session());
  if (!session) return refused(Errc::kNotFound, std::string("nobody is logged in: ") + kHowToLogIn);
  if (server && without_slash(*server) != session->server) {
    return refused(Errc::kConflict,
                   fmt::format("the saved session belongs to {}, not to {}: log in there first, or use "
                               "--token",
                               session->server, *server));
  }
  const Time now = system_now();
  if (now + std::chrono::seconds(5) < session->expires_at) return std::move(*session);
  return refreshed(*session, now);
}

}  // namespace

OrTrouble<Answer> read_answer(const std::string& body, const std::string& server) {
  const auto document = json::parse_object(body.empty() ? "{}" : body);
  if (!document)
    return refused(Errc::kMalformed, server + " does not answer as a Signet server does: is it one?");
  return Answer{*document};
}

void add_server_option(CLI::App& app, ServerOptions& options) {
  add_optional(app, "--server", options.server, "The issuer's address; without it http://127.0.0.1:7700")
      .envname("SIGNET_SERVER");
}

void add_admin_options(CLI::App& app, ServerOptions& options) {
  add_optional(app, "--server", options.server, "The issuer's address; without it the saved session's")
      .envname("SIGNET_SERVER");
  add_optional(
      app, "--token", options.token,
      "An administrator's access token for the audience `signet`; without it the saved session, made by "
      "`signet login --audience signet NAME`")
      .envname("SIGNET_TOKEN");
}

OrTrouble<Api> Api::open_public(const std::optional<std::string>& server) {
  return Api(without_slash(server.value_or(kDefaultServer)), "");
}

OrTrouble<Api> Api::open(const ServerOptions& options) {
  if (options.token) return Api(without_slash(options.server.value_or(kDefaultServer)), *options.token);
  TRY(session, saved_session(options.server));
  return Api(session.server, session.access_token);
}

OrTrouble<Answer> Api::call(const std::string& method, const std::string& path,
                            const std::string& body) const {
  guard::HttpRequest request{
      .method = method, .url = server_ + path, .body = body, .timeout = std::chrono::seconds(30)};
  request.headers.emplace_back("Accept", "application/json");
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_);
  const auto answer = guard::HttpClient().fetch(request);
  if (!answer && answer.error().code == Errc::kInvalidArgument) {
    return misused(
        fmt::format("{}: {}; an address looks like {}", server_, answer.error().what, kDefaultServer));
  }
  if (!answer) {
    return refused(answer.error().code,
                   fmt::format("{}: {}; is `signet serve` running there? --server or SIGNET_SERVER "
                               "names another",
                               server_, answer.error().what));
  }
  if (answer->status < 200 || answer->status > 299) return refusal(*answer, server_, !token_.empty());
  return read_answer(answer->body, server_);
}

OrTrouble<void> for_each_listed(const Api& api, const std::string& path, const char* member,
                                const std::function<void(Json)>& take) {
  std::string after;
  do {
    TRY(page, api.get(after.empty() ? path : path + "?after=" + percent_encoded(after)));
    const auto elements = page.root().member(member);
    if (!elements) return {};
    for (const Json element : elements->elements()) take(element);
    std::string next = text_of(page.root(), "next");
    if (!next.empty() && next == after)
      return refused(Errc::kMalformed, api.server() + " lists the same page twice");
    after = std::move(next);
  } while (!after.empty());
  return {};
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                            c == '-' || c == '_' || c == '~' ||
                            (c == '.' && text.find_first_not_of('.') != text.npos);
    out += unreserved ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace signet::cli
