#include "cli/pretty.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "cli/moment.h"
#include "cli/output.h"

namespace signet::cli {
namespace {

constexpr std::array<std::string_view, 5> kTimes = {"exp", "nbf", "iat", "auth_time", "updated_at"};

std::string meaning(std::string_view name, Json value, Time now) {
  if (std::find(kTimes.begin(), kTimes.end(), name) == kTimes.end()) return {};
  const auto seconds = value.as_int();
  const std::string when = seconds ? absolute(from_unix(*seconds)) : "";
  if (when.empty()) return {};
  const Time time = from_unix(*seconds);
  const std::string past = name == "exp" && time <= now ? "expired " : "";
  return "  # " + when + ", " + past + relative(time, now);
}

/// Printer holds what stays the same all the way down. Documents nest 16 deep at most (json/document.h).
struct Printer {
  Paint paint;
  Time now;
  std::size_t outermost;

  [[nodiscard]] std::string value(Json json, std::size_t indent) const {
    switch (json.type()) {
      case Json::Type::kString:
        return printable_json_string(*json.as_string());
      case Json::Type::kObject:
        return object(json, indent);
      case Json::Type::kArray:
        return array(json, indent);
      default:
        return json.text();
    }
  }

  [[nodiscard]] std::string object(Json json, std::size_t indent) const {
    const auto members = json.members();
    if (members.empty()) return "{}";
    std::string text = "{";
    for (std::size_t i = 0; i < members.size(); ++i) {
      const auto& [name, member] = members[i];
      text += '\n' + std::string(indent + 2, ' ') + paint.name(printable_json_string(name)) + ": ";
      text += value(member, indent + 2) + (i + 1 < members.size() ? "," : "");
      const std::string aside = indent == outermost ? meaning(name, member, now) : "";
      if (!aside.empty()) text += paint.aside(aside);
    }
    return text + '\n' + std::string(indent, ' ') + '}';
  }

  [[nodiscard]] std::string array(Json json, std::size_t indent) const {
    const auto elements = json.elements();
    if (elements.empty()) return "[]";
    std::string text = "[";
    for (std::size_t i = 0; i < elements.size(); ++i) {
      text += '\n' + std::string(indent + 2, ' ') + value(elements[i], indent + 2);
      text += i + 1 < elements.size() ? "," : "";
    }
    return text + '\n' + std::string(indent, ' ') + ']';
  }
};

}  // namespace

Paint paint_for_output() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal && std::string_view(terminal) == "dumb";
  return {is_terminal(Stream::kOutput) && !dumb && !(no_color && *no_color)};
}

std::string pretty(Json value, Paint paint, Time now, std::size_t indent) {
  return std::string(indent, ' ') + Printer{paint, now, indent}.value(value, indent);
}

std::string compact(Json value) {
  switch (value.type()) {
    case Json::Type::kString:
      return printable_json_string(*value.as_string());
    case Json::Type::kArray: {
      std::string text;
      for (const Json element : value.elements()) text += (text.empty() ? "" : ",") + compact(element);
      return '[' + text + ']';
    }
    case Json::Type::kObject: {
      std::string text;
      for (const auto& [name, member] : value.members()) {
        text += (text.empty() ? "" : ",") + printable_json_string(name) + ':' + compact(member);
      }
      return '{' + text + '}';
    }
    default:
      return value.text();
  }
}

}  // namespace signet::cli
