#include "server/token_request.h"

#include <algorithm>
#include <optional>

#include "base/authorization.h"
#include "base/base64url.h"
#include "base/try.h"
#include "http/form.h"
#include "json/writer.h"
#include "server/names.h"

namespace signet::server {
namespace {

using http::Field;
using Form = std::vector<Field>;

constexpr std::size_t kMostNames = 64;  // in audience and resource together

std::unexpected<http::Response> refused(std::string_view error, std::string_view description) {
  return std::unexpected(oauth_error(error, description));
}

bool is_form(const http::Request& request) {
  const std::string_view type = request.header("Content-Type").value_or("");
  const auto end = std::min(type.find_first_of("; \t"), type.size());
  return equal_ignoring_case(type.substr(0, end), "application/x-www-form-urlencoded");
}

/// RFC 6749 §3.2: "Request and response parameters MUST NOT be included more than once." RFC 8707 §2 lets
/// `resource` come again, RFC 8693 §2.1 `audience`.
Step<Form> read_form(const http::Request& request) {
  if (!is_form(request)) return refused("invalid_request", "send application/x-www-form-urlencoded");
  auto form = http::parse_form(request.body);
  if (!form) return refused("invalid_request", "the form is not well-formed, or has more than 64 parameters");
  for (auto field = form->begin(); field != form->end(); ++field) {
    if (field->first == "audience" || field->first == "resource") continue;
    const auto again =
        std::find_if(field + 1, form->end(), [&](const Field& f) { return f.first == field->first; });
    if (again != form->end()) return refused("invalid_request", "a parameter comes twice");
  }
  return std::move(*form);
}

/// RFC 6749 §3.2: "Parameters sent without a value MUST be treated as if they were omitted".
std::string value_of(const Form& form, std::string_view name) {
  const auto found = std::ranges::find(form, name, &Field::first);
  return found == form.end() ? "" : found->second;
}

struct Credentials {
  std::string id;
  Secret secret;
};

/// RFC 4648 §4, as RFC 7617 has it: our decoder's alphabet differs in two characters, and has no padding.
std::optional<Bytes> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  std::string url_safe(text);
  for (char& c : url_safe) {
    if (c == '-' || c == '_') return std::nullopt;
    c = c == '+' ? '-' : c == '/' ? '_' : c;
  }
  auto bytes = base64url_decode(url_safe);
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

/// RFC 6749 §2.3.1: both halves are form-encoded before they are joined. Many clients leave that out; no id
/// and no secret of ours has a character for which it would make a difference.
std::optional<Credentials> read_basic(std::string_view header) {
  const auto bytes = decode_base64(credentials_of(header, "Basic"));
  if (!bytes) return std::nullopt;
  const std::string_view pair = as_text(*bytes);
  const auto colon = pair.find(':');
  if (colon == pair.npos) return std::nullopt;
  const auto id = http::percent_decode(pair.substr(0, colon));
  const auto secret = http::percent_decode(pair.substr(colon + 1));
  if (!id || !secret) return std::nullopt;
  return Credentials{.id = *id, .secret = Secret(std::string_view(*secret))};
}

/// RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request."
Step<Credentials> read_credentials(const http::Request& request, const Form& form) {
  const std::string id = value_of(form, "client_id");
  const std::string secret = value_of(form, "client_secret");
  const auto header = request.header("Authorization");
  if (!header) {
    if (id.empty() || secret.empty()) return refused("invalid_client", "no client credentials");
    return Credentials{.id = id, .secret = Secret(std::string_view(secret))};
  }
  auto basic = read_basic(*header);
  if (!basic) return refused("invalid_client", "the Authorization header is not well-formed Basic");
  if (!secret.empty() || (!id.empty() && id != basic->id)) {
    return refused("invalid_request", "credentials in the header and in the form");
  }
  return std::move(*basic);
}

/// without_repeats keeps the order.
std::vector<std::string> without_repeats(const std::vector<std::string>& words) {
  std::vector<std::string> kept;
  for (const std::string& word : words) {
    if (std::ranges::find(kept, word) == kept.end()) kept.push_back(word);
  }
  return kept;
}

/// A client that cannot repeat a parameter puts the names into one, with spaces between them. Anybody can ask: more
/// than a few names are refused before they are compared.
Step<std::vector<std::string>> read_audience(const Form& form) {
  std::vector<std::string> names;
  for (const auto& [name, value] : form) {
    if (name != "audience" && name != "resource") continue;
    for (std::string& word : split_words(value, kMostNames + 1)) {
      if (names.size() == kMostNames) return refused("invalid_request", "more than 64 names in audience");
      names.push_back(std::move(word));
    }
  }
  return without_repeats(names);
}

}  // namespace

http::Response oauth_error(std::string_view error, std::string_view description) {
  json::Writer json;
  json.begin_object().member("error", error).member("error_description", description).end_object();
  const bool who = error == "invalid_client";
  auto answer = http::Response::json(who ? 401 : 400, json.take()).with("Cache-Control", "no-store");
  // RFC 6749 §5.2: "the authorization server MUST respond with an HTTP 401 (Unauthorized) status code and
  // include the "WWW-Authenticate" response header field matching the authentication scheme used".
  return who ? std::move(answer).with("WWW-Authenticate", "Basic realm=\"signet\"") : answer;
}

Step<TokenRequest> read_token_request(const http::Request& request) {
  TRY(form, read_form(request));
  const std::string grant = value_of(form, "grant_type");
  if (grant.empty()) return refused("invalid_request", "grant_type is missing");
  TRY(credentials, read_credentials(request, form));
  if (grant != "client_credentials") {
    return refused("unsupported_grant_type", "only client_credentials; people sign in at /v1/login");
  }
  TRY(audience, read_audience(form));
  return TokenRequest{.client_id = std::move(credentials.id),
                      .client_secret = std::move(credentials.secret),
                      .scope = value_of(form, "scope"),
                      .audience = std::move(audience)};
}

}  // namespace signet::server
