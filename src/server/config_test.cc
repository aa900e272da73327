#include "server/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "server/settings.h"
#include "server/test_issuer.h"

namespace signet::server {
namespace {

class ConfigTest : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& text) {
    auto path = folder_.path() / "signet.toml";
    std::ofstream(path) << text;
    return path;
  }
  std::string error_of_file(const std::string& text) {
    const auto path = file(text);
    const auto config = Config::load(path, {}, {});
    if (config) return "(accepted)";
    const auto& what = config.error().what;
    EXPECT_TRUE(what.starts_with(path.string() + ":")) << what;
    return what.substr(path.string().size() + 1);
  }
  static std::string error_of(const Named& environment, const Named& flags) {
    const auto config = Config::load({}, environment, flags);
    return config ? "(accepted)" : config.error().what;
  }

 private:
  test::Folder folder_;
};

TEST_F(ConfigTest, NeedsNothing) {
  const auto config = Config::load({}, {}, {});
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->issuer_on(7700), "http://127.0.0.1:7700");
  EXPECT_EQ(config->tokens.algorithm, Algorithm::kRS256);
  EXPECT_EQ(config->tokens.access_lifetime, std::chrono::minutes(10));
  EXPECT_EQ(config->sessions.lifetime, std::chrono::days(30));
}

TEST_F(ConfigTest, FlagsBeatTheEnvironmentWhichBeatsTheFile) {
  const auto path = file("data = \"/file\"\n[tokens]\naccess_lifetime = \"1m\"\n[log]\nlevel = \"warn\"\n");
  const auto config = Config::load(path, {{"SIGNET_TOKENS_ACCESS_LIFETIME", "2m"}, {"SIGNET_DATA", "/env"}},
                                   {{"--data", "/flag"}});
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->data, "/flag");
  EXPECT_EQ(config->tokens.access_lifetime, std::chrono::minutes(2));
  EXPECT_EQ(config->log.level, Config::LogLevel::kWarn);
}

TEST_F(ConfigTest, TheFilesErrorsNameTheLine) {
  EXPECT_EQ(error_of_file("data = \"x\"\n[tokens]\nacess_lifetime = \"10m\"\n"),
            "3: there is no setting tokens.acess_lifetime; did you mean tokens.access_lifetime?");
  EXPECT_EQ(error_of_file("[tokens]\naccess_lifetime = \"10 minutes\"\n"),
            "2: tokens.access_lifetime = \"10 minutes\" is not a duration from 1s to 1d: a number and its "
            "unit, s, m, h "
            "or d");
  EXPECT_EQ(error_of_file("[passwords]\npasses = \"2\"\n"),
            "2: passwords.passes must be a whole number, without quotes");
  EXPECT_EQ(error_of_file("\ndata = 7\n"), "2: data must be text in quotes");
  EXPECT_EQ(error_of_file("[tokens]\nalgorithm = [\"RS256\"]\n"),
            "2: tokens.algorithm must be text in quotes");
  EXPECT_EQ(error_of_file("[log]\nlevel = \"loud\"\n"),
            "2: log.level = \"loud\" is not one of trace, debug, info, warn, error");
  EXPECT_TRUE(error_of_file("[tokens\n").starts_with("1: this is not TOML: "));
  EXPECT_EQ(error_of_file("tokens = 1\n"), "1: there is no setting tokens");
}

TEST_F(ConfigTest, AMissingFileIsNamed) {
  const auto config = Config::load("/nowhere/signet.toml", {}, {});
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().what,
            "/nowhere/signet.toml: this configuration file is not there, or not to be read");
}

TEST_F(ConfigTest, TheEnvironmentsErrorsNameTheVariable) {
  EXPECT_EQ(error_of({{"SIGNET_PASSWORDS_PASSES", "many"}}, {}),
            "SIGNET_PASSWORDS_PASSES: \"many\" is not a whole number from 1 to 100");
  EXPECT_EQ(error_of({{"SIGNET_TOKENS_ALGORITM", "RS256"}}, {}),
            "SIGNET_TOKENS_ALGORITM: there is no such setting; did you mean SIGNET_TOKENS_ALGORITHM?");
  EXPECT_EQ(error_of({{"SIGNET_URL", "anything"}, {"PATH", "/bin"}}, {}), "(accepted)");
}

TEST_F(ConfigTest, TheFlagsErrorsNameTheFlag) {
  EXPECT_EQ(error_of({}, {{"--server-listen", "7700"}}),
            "--server-listen: \"7700\" is not an address and a port, such as 127.0.0.1:7700 or [::1]:7700");
  EXPECT_EQ(error_of({}, {{"--dat", "/x"}}), "--dat: there is no such flag; did you mean --data?");
  EXPECT_EQ(error_of({}, {{"--data", std::string("a\x1b[31m\n", 7)}, {"--log-format", "a\x1b\n"}}),
            "--log-format: \"a??\" is not one of text, json");
  EXPECT_TRUE(error_of({}, {{"--tokens-algorithm", "none"}})
                  .starts_with("--tokens-algorithm: \"none\" is not one of"));
}

TEST_F(ConfigTest, Listens) {
  const auto config = Config::load({}, {}, {{"--server-listen", "[::1]:80"}});
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->server.address, "::1");
  EXPECT_EQ(config->issuer_on(80), "http://[::1]:80");
  for (const char* wrong : {"", ":80", "::1:80", "[127.0.0.1]:80", "a:65536", "a:-1", "a:", "[]:80"}) {
    EXPECT_NE(error_of({}, {{"--server-listen", wrong}}), "(accepted)") << wrong;
  }
}

TEST_F(ConfigTest, AnIssuerHasOneSpelling) {
  for (const char* right : {"https://auth.example.com", "https://auth.example.com/signet/a-1",
                            "http://127.0.0.1:7700", "http://[::1]:7700", "https://auth.example.com:8443",
                            "http://auth:443", "http://issuer_1", "https://3f2a1c", "https://a/..b"}) {
    EXPECT_EQ(error_of({}, {{"--server-issuer", right}}), "(accepted)");
  }
  for (const char* wrong : {"",
                            "auth.example.com",
                            "https://",
                            "https://a/",
                            "ftp://a",
                            "https://u@a",
                            "https://a?b",
                            "https://a#b",
                            "https://a b",
                            "https:///a",
                            "https://[",
                            "https://[]",
                            "https://[::1",
                            "https://[::1]x",
                            "https://[0:0::1]",
                            "https://[::1%25lo]",
                            "https://auth.example.com:99999",
                            "https://a:0",
                            "https://a:080",
                            "https://a:",
                            "https://a:+1",
                            "https://a:1:2",
                            "https://user:pw@h",
                            "https://.",
                            "https://a.",
                            "https://.a",
                            "https://a..b",
                            "https://-a",
                            "https://a-",
                            "https://a/../b",
                            "https://a/./b",
                            "https://a/..",
                            "https://a//b",
                            "https://a/%2e",
                            "https://a:443",
                            "http://a:80",
                            "https://EXAMPLE.com",
                            "HTTPS://a",
                            "https://1.2.3",
                            "https://127.0.0.01",
                            "https://0x7f000001",
                            "https://256.1.1.1",
                            "https://\xc3\xa4",
                            "https://a\\b"}) {
    EXPECT_NE(error_of({}, {{"--server-issuer", wrong}}), "(accepted)") << wrong;
  }
  EXPECT_NE(error_of({}, {{"--server-issuer", "https://" + std::string(64, 'a')}}), "(accepted)");
  EXPECT_NE(error_of({}, {{"--server-issuer", "https://A"}}).find("such as https://auth.example.com"),
            std::string::npos);
}

TEST_F(ConfigTest, WhoListensEverywhereMustSayItsNameHoweverTheAddressIsWritten) {
  for (const char* everywhere : {"0.0.0.0:80", "[::]:80", "[0:0:0:0:0:0:0:0]:80", "[0::0]:80",
                                 "[::0.0.0.0]:80", "[::ffff:0.0.0.0]:80", "[::ffff:0:0]:80", "[::%lo]:80"}) {
    EXPECT_TRUE(error_of({}, {{"--server-listen", everywhere}}).starts_with("server.listen is every address"))
        << everywhere;
    EXPECT_EQ(error_of({}, {{"--server-listen", everywhere}, {"--server-issuer", "https://a"}}),
              "(accepted)");
  }
  for (const char* one : {"127.0.0.1:80", "[::1]:80", "[::ffff:127.0.0.1]:80", "0.0.0.1:80"}) {
    EXPECT_EQ(error_of({}, {{"--server-listen", one}}), "(accepted)") << one;
  }
}

TEST_F(ConfigTest, DurationsAreBounded) {
  for (const char* wrong : {"0s", "2d", "10", "m", "-1m", "1.5m", "9999999999999999999s", "10M", " 1m"}) {
    EXPECT_NE(error_of({}, {{"--tokens-access-lifetime", wrong}}), "(accepted)") << wrong;
  }
}

TEST_F(ConfigTest, AMasterKeyInTheEnvironmentIsNeverShown) {
  EXPECT_EQ(error_of({{"SIGNET_MASTER_KEY", "hunter2"}}, {}),
            "SIGNET_MASTER_KEY must be 32 bytes in base64url, 43 characters without padding");
  const auto config = Config::load({}, {{"SIGNET_MASTER_KEY", std::string(43, 'A')}}, {});
  ASSERT_TRUE(config) << config.error().what;
  EXPECT_EQ(config->master_key.size(), 32U);
}

TEST_F(ConfigTest, FallbacksInTheTableAreTheDefaultsOfTheConfig) {
  Named flags;
  for (const Setting& row : all_settings()) {
    if (!row.fallback.empty()) flags.emplace_back(flag_of(row.name), row.fallback);
  }
  const auto told = Config::load({}, {}, flags);
  ASSERT_TRUE(told) << told.error().what;
  const Config plain;
  EXPECT_EQ(told->server.address, plain.server.address);
  EXPECT_EQ(told->server.port, plain.server.port);
  EXPECT_EQ(told->data, plain.data);
  EXPECT_EQ(told->tokens.algorithm, plain.tokens.algorithm);
  EXPECT_EQ(told->tokens.access_lifetime, plain.tokens.access_lifetime);
  EXPECT_EQ(told->sessions.lifetime, plain.sessions.lifetime);
  EXPECT_EQ(told->sessions.refresh_grace, plain.sessions.refresh_grace);
  EXPECT_EQ(told->passwords.memory_kib, plain.passwords.memory_kib);
  EXPECT_EQ(told->passwords.passes, plain.passwords.passes);
  EXPECT_EQ(told->log.level, plain.log.level);
  EXPECT_EQ(told->log.format, plain.log.format);
}

TEST_F(ConfigTest, TheReferencePageHasTheWholeTable) {
  std::ifstream in(SIGNET_SOURCE_DIR "/docs/configuration.md");
  std::stringstream page;
  page << in.rdbuf();
  for (const SettingInfo& row : Config::settings()) {
    const std::string line = "| `" + row.name + "` | `" + row.variable + "` | `" + row.flag + "` | " +
                             (row.fallback.empty() ? "" : "`" + row.fallback + "`") + " | " + row.help +
                             " |\n";
    EXPECT_NE(page.str().find(line), std::string::npos) << "docs/configuration.md lacks this line:\n" << line;
  }
}

}  // namespace
}  // namespace signet::server
