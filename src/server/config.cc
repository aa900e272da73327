#include "server/config.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "base/base64url.h"
#include "base/try.h"
#include "crypto/seal.h"
#include "server/config_file.h"
#include "server/issuer_url.h"
#include "server/near_miss.h"
#include "server/settings.h"

namespace signet::server {
namespace {

using Spelling = std::string (*)(std::string_view name);

std::string as_in_file(std::string_view name) {
  return std::string(name);
}

const Setting* find_setting(std::string_view spelled, Spelling spelling) {
  const auto table = all_settings();
  const auto found =
      std::ranges::find_if(table, [&](const Setting& row) { return spelling(row.name) == spelled; });
  return found == table.end() ? nullptr : &*found;
}

std::vector<std::string> spelled_names(Spelling spelling) {
  std::vector<std::string> names;
  for (const Setting& row : all_settings()) names.push_back(spelling(row.name));
  return names;
}

/// Values come from people and files: an error shows them in quotes, and not at any length.
std::string in_quotes(std::string_view value) {
  constexpr std::size_t kMost = 80;
  std::string shown;
  for (const char c : value.substr(0, kMost)) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    shown += control ? '?' : c;
  }
  return fmt::format("\"{}{}\"", shown, value.size() > kMost ? "..." : "");
}

OrExplain<void> apply_file(Config& config, const std::filesystem::path& file) {
  TRY(settings, read_config_file(file));
  for (const FileSetting& set : settings) {
    const std::string place = fmt::format("{}:{}: ", file.string(), set.line);
    const Setting* row = find_setting(set.name, as_in_file);
    if (!row) {
      return explain(Errc::kInvalidArgument, fmt::format("{}there is no setting {}{}", place, set.name,
                                                         did_you_mean(set.name, spelled_names(as_in_file))));
    }
    const bool number = row->kind == Setting::Kind::kNumber;
    if (set.kind != (number ? FileSetting::Kind::kNumber : FileSetting::Kind::kText)) {
      return explain(Errc::kInvalidArgument,
                     fmt::format("{}{} must be {}", place, set.name,
                                 number ? "a whole number, without quotes" : "text in quotes"));
    }
    if (const auto accepted = row->set(config, set.value); !accepted) {
      return explain(Errc::kInvalidArgument, fmt::format("{}{} = {} is not {}", place, set.name,
                                                         in_quotes(set.value), accepted.error()));
    }
  }
  return {};
}

OrExplain<void> apply_named(Config& config, const Named& named, Spelling spelling, const char* kind) {
  for (const auto& [name, value] : named) {
    const Setting* row = find_setting(name, spelling);
    if (!row) {
      return explain(Errc::kInvalidArgument, fmt::format("{}: there is no such {}{}", name, kind,
                                                         did_you_mean(name, spelled_names(spelling))));
    }
    if (const auto accepted = row->set(config, value); !accepted) {
      return explain(Errc::kInvalidArgument,
                     fmt::format("{}: {} is not {}", name, in_quotes(value), accepted.error()));
    }
  }
  return {};
}

/// Other programs of ours read variables named SIGNET_ too, so only those that look like a setting are looked
/// at.
Named settings_among(const Named& environment) {
  std::vector<std::string> sections;
  for (const Setting& row : all_settings()) {
    if (const auto dot = row.name.find('.'); dot != row.name.npos) {
      sections.push_back(variable_of(row.name.substr(0, dot + 1)));
    }
  }
  Named settings;
  for (const auto& variable : environment) {
    const bool in_section = std::ranges::any_of(
        sections, [&](const std::string& section) { return variable.first.starts_with(section); });
    if (in_section || find_setting(variable.first, variable_of)) settings.push_back(variable);
  }
  return settings;
}

OrExplain<void> take_master_key(Config& config, const Named& environment) {
  for (const auto& [name, value] : environment) {
    if (name == "CREDENTIALS_DIRECTORY") config.credentials_directory = value;
    if (name != "SIGNET_MASTER_KEY") continue;
    const auto bytes = base64url_decode(value);
    if (!bytes ||
        bytes->size() != crypto::MasterKey::kSize) {  // never shown: it may be a key but for one letter
      return explain(Errc::kInvalidArgument,
                     "SIGNET_MASTER_KEY must be 32 bytes in base64url, 43 characters without padding");
    }
    config.master_key = Secret(ByteView(*bytes));
  }
  return {};
}

/// A name in `iss` that nobody can reach would be found out only by the first API.
OrExplain<void> check_whole(const Config& config) {
  const bool everywhere = is_every_address(config.server.address);
  if (everywhere && config.server.issuer.empty()) {
    return explain(
        Errc::kInvalidArgument,
        fmt::format("server.listen is every address ({}), so server.issuer must say the URL that APIs reach "
                    "this issuer by, such as https://auth.example.com",
                    config.server.address));
  }
  return {};
}

}  // namespace

Named process_environment() {
  Named variables;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != text.npos) variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

OrExplain<Config> Config::load(const std::optional<std::filesystem::path>& file, const Named& environment,
                               const Named& flags) {
  Config config;
  if (file) TRY_DO(apply_file(config, *file));
  TRY_DO(take_master_key(config, environment));
  TRY_DO(apply_named(config, settings_among(environment), variable_of, "setting"));
  TRY_DO(apply_named(config, flags, flag_of, "flag"));
  TRY_DO(check_whole(config));
  return config;
}

std::vector<SettingInfo> Config::settings() {
  std::vector<SettingInfo> rows;
  for (const Setting& row : all_settings()) {
    rows.push_back({.name = std::string(row.name),
                    .variable = variable_of(row.name),
                    .flag = flag_of(row.name),
                    .fallback = std::string(row.fallback),
                    .help = std::string(row.help)});
  }
  return rows;
}

std::string Config::issuer_on(std::uint16_t port) const {
  if (!server.issuer.empty()) return server.issuer;
  const bool bracketed = server.address.contains(':');
  return fmt::format("http://{}{}{}:{}", bracketed ? "[" : "", server.address, bracketed ? "]" : "", port);
}

}  // namespace signet::server
