#include "server/settings.h"

#include <algorithm>
#include <array>

#include "server/setting_values.h"

namespace signet::server {
namespace {

using Kind = Setting::Kind;
using std::chrono::seconds;

constexpr auto kSettings = std::to_array<Setting>({
    {"server.listen", Kind::kText, "127.0.0.1:7700", "the address and port to listen on; [::1]:7700 for IPv6",
     [](Config& c, std::string_view text) { return set_listen(c.server, text); }},
    {"server.issuer", Kind::kText, "",
     "the URL that APIs know this issuer by, and that tokens name as `iss`; http://ADDRESS:PORT when not set",
     [](Config& c, std::string_view text) { return set_issuer(c.server.issuer, text); }},
    {"server.max_connections", Kind::kNumber, "12000",
     "how many connections are held at once; five sixths of them may wait for revocations",
     [](Config& c, std::string_view text) {
       return set_number(c.server.max_connections, text, 64, 1'000'000);
     }},
    {"data", Kind::kText, "./signet-data",
     "the folder for the database and the keys; made when there is none",
     [](Config& c, std::string_view text) { return set_path(c.data, text); }},
    {"master_key_file", Kind::kText, "",
     "the key that all others rest under (mode 0600); DATA/master.key when not set",
     [](Config& c, std::string_view text) { return set_path(c.master_key_file, text); }},
    {"tokens.algorithm", Kind::kText, "RS256",
     "what tokens are signed with; with HS256 every API shares one secret, and could forge",
     [](Config& c, std::string_view text) { return set_algorithm(c.tokens.algorithm, text); }},
    {"tokens.secret_file", Kind::kText, "",
     "the shared secret of HS256, HS384 and HS512, a JWK (mode 0600); DATA/shared-secret.jwk when not set",
     [](Config& c, std::string_view text) { return set_path(c.tokens.secret_file, text); }},
    {"tokens.access_lifetime", Kind::kText, "10m",
     "how long an access token is good, unless its service says less",
     [](Config& c, std::string_view text) {
       return set_duration(c.tokens.access_lifetime, text, seconds(1), std::chrono::days(1));
     }},
    {"tokens.key_lifetime", Kind::kText, "90d",
     "how long one key signs before the next one takes over; the shared secret of HS256 stays",
     [](Config& c, std::string_view text) {
       return set_duration(c.tokens.key_lifetime, text, std::chrono::days(1), std::chrono::days(3650));
     }},
    {"sessions.lifetime", Kind::kText, "30d", "how long after signing in a session can be refreshed",
     [](Config& c, std::string_view text) {
       return set_duration(c.sessions.lifetime, text, seconds(1), std::chrono::days(3650));
     }},
    {"sessions.refresh_grace", Kind::kText, "10s",
     "how long a refresh token may be repeated by a client that lost the answer",
     [](Config& c, std::string_view text) {
       return set_duration(c.sessions.refresh_grace, text, seconds(0), std::chrono::minutes(5));
     }},
    {"passwords.memory_kib", Kind::kNumber, "19456",
     "memory that one guess at a password costs, in KiB (Argon2id)",
     [](Config& c, std::string_view text) {
       return set_number(c.passwords.memory_kib, text, 8, 4 * 1024 * 1024);
     }},
    {"passwords.passes", Kind::kNumber, "2", "passes over that memory (Argon2id)",
     [](Config& c, std::string_view text) { return set_number(c.passwords.passes, text, 1, 100); }},
    {"log.level", Kind::kText, "info",
     "how much to log: trace, debug, info, warn or error; audit lines always",
     [](Config& c, std::string_view text) { return set_log_level(c.log.level, text); }},
    {"log.format", Kind::kText, "text", "text for people, json for machines; on standard error",
     [](Config& c, std::string_view text) { return set_log_format(c.log.format, text); }},
});

std::string respell(std::string_view prefix, std::string_view name, char separator, bool upper) {
  std::string spelled(prefix);
  for (const char c : name) {
    if (c == '.' || c == '_') {
      spelled += separator;
    } else {
      spelled += upper ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return spelled;
}

}  // namespace

std::span<const Setting> all_settings() {
  return kSettings;
}

std::string variable_of(std::string_view name) {
  return respell("SIGNET_", name, '_', true);
}
std::string flag_of(std::string_view name) {
  return respell("--", name, '-', false);
}

}  // namespace signet::server
