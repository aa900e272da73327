#include "http/serialize.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "http/ascii.h"

namespace signet::http {
namespace {

constexpr std::array<std::string_view, 7> kOurs = {
    "Content-Length", "Transfer-Encoding", "Connection", "Date", "Content-Type", "Keep-Alive", "Upgrade"};

/// RFC 9110, section 5.5: "Field values containing CR, LF, or NUL characters are invalid and dangerous".
bool is_field_value(std::string_view value) {
  return std::ranges::none_of(value, [](char c) { return is_control(c) && c != '\t'; });
}

const char* fault(const Field& field) {
  const auto& [name, value] = field;
  const auto same = [&name](std::string_view ours) { return equal_names(ours, name); };
  if (name.empty() || !std::ranges::all_of(name, is_token_char)) return "a header's name is not a token";
  if (!is_field_value(value)) return "a header's value has control characters";
  if (std::ranges::any_of(kOurs, same)) return "that header is the server's to set";
  return nullptr;
}

void append(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

bool names(const std::vector<Field>& fields, std::string_view name) {
  return std::ranges::any_of(fields, [name](const Field& field) { return equal_names(field.first, name); });
}

}  // namespace

std::string http_date(std::time_t time) {
  // Not strftime: its names of days and months follow the locale.
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm tm{};
  gmtime_r(&time, &tm);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[static_cast<std::size_t>(tm.tm_wday)],
                     tm.tm_mday, kMonths[static_cast<std::size_t>(tm.tm_mon)], tm.tm_year + 1900, tm.tm_hour,
                     tm.tm_min, tm.tm_sec);
}

bool has_content(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::expected<std::string, const char*> serialize_head(const Response& response, const Framing& framing) {
  if (response.status < 200 || response.status > 599) return std::unexpected("not a final status");
  if (!is_field_value(response.content_type))
    return std::unexpected("the content type has control characters");
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  out.append(status_phrase(response.status)).append("\r\n");
  append(out, "Date", framing.date);
  if (framing.close) append(out, "Connection", "close");
  if (framing.keep_alive) append(out, "Connection", "keep-alive");
  // RFC 9110, section 8.6: "A server MUST NOT send a Content-Length header field in any response with a
  // status code of 1xx (Informational) or 204 (No Content)."
  if (has_content(response.status)) append(out, "Content-Length", std::to_string(response.content().size()));
  if (!response.content_type.empty()) append(out, "Content-Type", response.content_type);
  append(out, "X-Content-Type-Options", "nosniff");
  if (!names(response.headers, "Cache-Control")) append(out, "Cache-Control", "no-store");
  for (const Field& field : response.headers) {
    if (const char* why = fault(field)) return std::unexpected(why);
    append(out, field.first, field.second);
  }
  out += "\r\n";
  return out;
}

}  // namespace signet::http
