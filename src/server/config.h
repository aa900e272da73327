// What the operator can set. One table of settings (config.cc) drives the file, the environment, the flags
// and the reference page, so that they cannot drift apart. Flags beat the environment, which beats the file.
//
//   auto config = server::Config::load("signet.toml", server::process_environment(), {{"--data",
//   "/srv/signet"}}); if (!config) return complain(config.error().what);
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/operator_error.h"
#include "base/secret.h"
#include "crypto/password.h"
#include "signet/key.h"

namespace signet::server {

/// Named is a name and its text: a variable of the environment, or a flag and its value.
using Named = std::vector<std::pair<std::string, std::string>>;

/// process_environment returns this process's variables.
[[nodiscard]] Named process_environment();

/// SettingInfo is one row of the table, for `--help` and for the reference page.
struct SettingInfo {
  std::string name;      // "tokens.access_lifetime", as in the file
  std::string variable;  // "SIGNET_TOKENS_ACCESS_LIFETIME"
  std::string flag;      // "--tokens-access-lifetime"
  std::string fallback;  // what it is when nobody sets it, as text
  std::string help;
};

struct Config {
  enum class LogLevel : std::uint8_t { kTrace, kDebug, kInfo, kWarn, kError };
  enum class LogFormat : std::uint8_t { kText, kJson };

  struct Server {
    std::string address = "127.0.0.1";
    std::uint16_t port = 7700;
    std::string issuer{};  // empty: http://ADDRESS:PORT
    std::size_t max_connections = 12'000;

    /// max_polls is how many of them may wait for revocations: the rest is for everybody else.
    [[nodiscard]] std::size_t max_polls() const { return max_connections - max_connections / 6; }
  };
  struct Tokens {
    Algorithm algorithm = Algorithm::kRS256;
    std::filesystem::path
        secret_file{};  // empty: DATA/shared-secret.jwk; used with HS256, HS384 and HS512 only
    std::chrono::seconds access_lifetime = std::chrono::minutes(10);
    std::chrono::seconds key_lifetime = std::chrono::days(90);
  };
  struct Sessions {
    std::chrono::seconds lifetime = std::chrono::days(30);
    std::chrono::seconds refresh_grace = std::chrono::seconds(10);
  };
  struct Log {
    LogLevel level = LogLevel::kInfo;
    LogFormat format = LogFormat::kText;
  };

  Server server{};
  std::filesystem::path data = "./signet-data";
  std::filesystem::path master_key_file{};  // empty: DATA/master.key
  Secret master_key{};                      // SIGNET_MASTER_KEY in base64url; empty when not given that way
  std::filesystem::path
      credentials_directory{};  // systemd's $CREDENTIALS_DIRECTORY; may hold signet-master-key
  Tokens tokens{};
  Sessions sessions{};
  crypto::PasswordCost passwords{};
  Log log{};

  /// load starts from the defaults. An unknown or wrong setting is an error that names the file and its line,
  /// or the variable, or the flag; the offending value; what is allowed; and the name that was probably
  /// meant. `file` nothing: there is none. `flags` are pairs such as {"--data", "/srv/signet"}.
  [[nodiscard]] static OrExplain<Config> load(const std::optional<std::filesystem::path>& file,
                                              const Named& environment, const Named& flags);

  /// settings lists the whole table, in the order of the reference page.
  [[nodiscard]] static std::vector<SettingInfo> settings();

  /// issuer_on is the issuer's URL when it listens on `port`: the one that was set, or else the listening
  /// address.
  [[nodiscard]] std::string issuer_on(std::uint16_t port) const;
};

}  // namespace signet::server
