#include "http/message.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/utf8.h"
#include "http/ascii.h"

namespace signet::http {
namespace {

/// append_string mends what is not UTF-8: an error must not fail for the text that it quotes.
void append_string(std::string& out, std::string_view text) {
  append_json_string(out, mended_utf8(text));
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += ",\"";
  out += name;
  out += "\":";
  append_string(out, value);
}

std::optional<std::string_view> first(const std::vector<Field>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &Field::first);
  if (found == fields.end()) return std::nullopt;
  return found->second;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  const auto found =
      std::ranges::find_if(headers, [name](const Field& field) { return equal_names(field.first, name); });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string_view> Request::query(std::string_view name) const {
  return first(queries, name);
}

std::string_view Request::parameter(std::string_view name) const {
  return first(parameters, name).value_or(std::string_view());
}

Response Response::json(int status, std::string text) {
  return {.status = status, .content_type = "application/json", .body = std::move(text), .headers = {}};
}

Response Response::problem(int status, std::string_view title, std::string_view detail,
                           std::string_view field) {
  std::string body = R"({"type":"about:blank","title":)";
  append_string(body, title);
  body += ",\"status\":" + std::to_string(status);
  append_member(body, "detail", detail);
  append_member(body, "field", field);
  body += '}';
  return {
      .status = status, .content_type = "application/problem+json", .body = std::move(body), .headers = {}};
}

Response Response::text(int status, std::string text) {
  return {
      .status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(text), .headers = {}};
}

Response Response::empty(int status) {
  return {.status = status, .content_type = {}, .body = {}, .headers = {}};
}

Response Response::with(std::string name, std::string value) && {
  headers.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

std::string_view status_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

}  // namespace signet::http
