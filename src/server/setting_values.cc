#include "server/setting_values.h"

#include <algorithm>
#include <array>

#include "server/issuer_url.h"

namespace signet::server {
namespace {

using std::chrono::seconds;

struct Unit {
  char letter;
  std::int64_t in_seconds;
};
constexpr std::array<Unit, 4> kUnits{{{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};
constexpr std::int64_t kMostUnits = 1'000'000'000;  // of any unit: no product overflows

std::optional<seconds> parse_duration(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const auto unit = std::ranges::find(kUnits, text.back(), &Unit::letter);
  std::int64_t count = 0;
  if (unit == kUnits.end()) return std::nullopt;
  if (!set_number<std::int64_t>(count, text.substr(0, text.size() - 1), 0, kMostUnits)) return std::nullopt;
  return seconds(count * unit->in_seconds);
}

template <class T>
struct Choice {
  std::string_view name;
  T value;
};

template <class T, std::size_t N>
Accepted choose(T& value, std::string_view text, const std::array<Choice<T>, N>& choices) {
  std::string names;
  for (const auto& choice : choices) {
    if (choice.name == text) {
      value = choice.value;
      return {};
    }
    names += (names.empty() ? "" : ", ") + std::string(choice.name);
  }
  return std::unexpected("one of " + names);
}

}  // namespace

Accepted set_duration(seconds& value, std::string_view text, seconds least, seconds most) {
  const auto duration = parse_duration(text);
  if (!duration || *duration < least || *duration > most) {
    return std::unexpected(fmt::format("a duration from {} to {}: a number and its unit, s, m, h or d",
                                       duration_text(least), duration_text(most)));
  }
  value = *duration;
  return {};
}

std::string duration_text(seconds value) {
  for (const Unit& unit : kUnits) {
    if (value.count() % unit.in_seconds == 0 && value.count() > 0) {
      return fmt::format("{}{}", value.count() / unit.in_seconds, unit.letter);
    }
  }
  return "0s";
}

Accepted set_listen(Config::Server& value, std::string_view text) {
  const auto colon = text.rfind(':');
  std::string_view address = text.substr(0, colon == text.npos ? 0 : colon);
  const bool bracketed = address.size() >= 2 && address.front() == '[' && address.back() == ']';
  if (bracketed) address = address.substr(1, address.size() - 2);
  std::uint16_t port = 0;
  if (address.empty() || bracketed != address.contains(':') ||
      !set_number<std::uint16_t>(port, text.substr(colon + 1), 0, 65535)) {
    return std::unexpected("an address and a port, such as 127.0.0.1:7700 or [::1]:7700");
  }
  value.address = address;
  value.port = port;
  return {};
}

Accepted set_issuer(std::string& value, std::string_view text) {
  if (!is_issuer_url(text)) {
    return std::unexpected(
        "an http or https URL in its one spelling, such as https://auth.example.com or "
        "http://10.0.0.5:7700/auth: "
        "the host in lower case, no port that the scheme implies, no user, query or fragment, no dot "
        "segments, no "
        "slash at the end");
  }
  value = text;
  return {};
}

Accepted set_path(std::filesystem::path& value, std::string_view text) {
  if (text.empty() || text.contains('\0')) return std::unexpected("a path that is not empty");
  value = text;
  return {};
}

Accepted set_algorithm(Algorithm& value, std::string_view text) {
  const auto algorithm = parse_algorithm(text);
  if (!algorithm) {
    return std::unexpected(
        "one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, ES256K, Ed25519, HS256, "
        "HS384, HS512");
  }
  value = *algorithm;
  return {};
}

Accepted set_log_level(Config::LogLevel& value, std::string_view text) {
  using enum Config::LogLevel;
  static constexpr std::array<Choice<Config::LogLevel>, 5> kLevels{
      {{"trace", kTrace}, {"debug", kDebug}, {"info", kInfo}, {"warn", kWarn}, {"error", kError}}};
  return choose(value, text, kLevels);
}

Accepted set_log_format(Config::LogFormat& value, std::string_view text) {
  using enum Config::LogFormat;
  static constexpr std::array<Choice<Config::LogFormat>, 2> kFormats{{{"text", kText}, {"json", kJson}}};
  return choose(value, text, kFormats);
}

}  // namespace signet::server
