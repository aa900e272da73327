// What the tests of server/ talk with: a whole issuer, with its store in a temporary folder, on a socket, and
// a clock that they move.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "http/test_client.h"
#include "json/document.h"
#include "server/issuer.h"
#include "signet/verifier.h"

namespace signet::server::test {

class Folder {
 public:
  Folder() {
    std::string name = "/tmp/signet-server-test-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class FakeClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return from_unix(seconds_); }
  void advance(std::chrono::seconds by) { seconds_ += by.count(); }

 private:
  std::atomic<std::int64_t> seconds_{1'767'225'600};  // 2026-01-01
};

/// Reply is an answer, and its body as JSON.
struct Reply {
  http::test::Answer answer;
  json::DocumentPtr document{};

  explicit Reply(http::test::Answer got) : answer(std::move(got)) {
    if (auto parsed = json::parse(answer.body)) document = *parsed;
  }
  [[nodiscard]] int status() const { return answer.status; }
  [[nodiscard]] const std::string& body() const { return answer.body; }

  /// at returns a member as text; "session.id" names a member of a member. Strings come without quotes.
  [[nodiscard]] std::string at(std::string_view path) const {
    if (!document) return "(no JSON)";
    Json value = json::root(*document);
    while (!path.empty()) {
      const auto dot = std::min(path.find('.'), path.size());
      const auto member = value.member(path.substr(0, dot));
      if (!member) return "(none)";
      value = *member;
      path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return value.as_string() ? std::string(*value.as_string()) : value.text();
  }
};

inline Config cheap_config(const std::filesystem::path& data) {
  Config config;
  config.data = data;
  config.server.port = 0;
  config.tokens.algorithm = Algorithm::kES256;  // quick to make
  config.passwords = {.memory_kib = 8, .passes = 1};
  config.log.level = Config::LogLevel::kError;
  return config;
}

class TestIssuer {
 public:
  TestIssuer() : TestIssuer(cheap_config("")) {}
  explicit TestIssuer(Config config) {
    if (config.data.empty()) config.data = folder_.path() / "data";
    config_ = std::move(config);
    start();
    admin_password = issuer_->first_admin_password().value_or("");
  }
  ~TestIssuer() { stop(); }
  TestIssuer(const TestIssuer&) = delete;
  TestIssuer& operator=(const TestIssuer&) = delete;

  void stop() {
    if (issuer_) issuer_->stop();
    if (thread_.joinable()) thread_.join();
    issuer_.reset();
  }
  void start() {
    auto opened = Issuer::open(config_, clock);
    if (!opened) throw std::runtime_error(opened.error().what);
    issuer_ = std::move(*opened);
    thread_ = std::thread([this] { issuer_->run(); });
  }

  [[nodiscard]] Config& config() { return config_; }
  [[nodiscard]] const std::string& url() const { return issuer_->url(); }
  [[nodiscard]] std::uint16_t port() const { return issuer_->port(); }
  [[nodiscard]] const std::optional<std::string>& first_admin_password() const {
    return issuer_->first_admin_password();
  }

  [[nodiscard]] Reply send(std::string_view method, std::string_view target, const std::string& body = {},
                           const std::string& headers = {}) const {
    const bool typed = headers.find("Content-Type:") != headers.npos;
    std::string text = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" + headers;
    if (!body.empty() && !typed) text += "Content-Type: application/json\r\n";
    if (!body.empty() || method != "GET") text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return Reply(http::test::Client(issuer_->port()).ask(text + "\r\n" + body));
  }
  [[nodiscard]] Reply get(std::string_view target, const std::string& token = {}) const {
    return send("GET", target, "", bearer(token));
  }
  [[nodiscard]] Reply post(std::string_view target, const std::string& body,
                           const std::string& token = {}) const {
    return send("POST", target, body, bearer(token));
  }
  [[nodiscard]] static std::string bearer(const std::string& token) {
    return token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
  }

  [[nodiscard]] Reply login(const std::string& username, const std::string& password,
                            const std::string& more = {}) const {
    return post("/v1/login",
                R"({"username":")" + username + R"(","password":")" + password + "\"" + more + "}");
  }
  /// admin returns an administrator's access token.
  [[nodiscard]] std::string admin() const {
    return login("admin", admin_password, R"(,"audience":"signet")").at("access_token");
  }
  /// add makes a service, or a user, and returns the answer.
  [[nodiscard]] Reply add_service(const std::string& body) const {
    return post("/v1/admin/services", body, admin());
  }
  [[nodiscard]] Reply add_user(const std::string& body) const {
    return post("/v1/admin/users", body, admin());
  }

  /// verify is what an API does.
  [[nodiscard]] Result<VerifiedToken> verify(const std::string& token, const std::string& audience) const {
    const auto keys = KeySet::from_jwks(get("/.well-known/jwks.json").body());
    if (!keys) return std::unexpected(keys.error());
    const auto policy = Policy::create({.issuer = url(), .audience = audience});
    return Verifier(*policy).verify(token, *keys, clock.now());
  }

  FakeClock clock;
  std::string admin_password;

 private:
  Folder folder_;
  Config config_;
  std::unique_ptr<Issuer> issuer_;
  std::thread thread_;
};

inline constexpr const char* kAlice = R"({"username":"alice","password":"correct horse"})";
inline constexpr const char* kAlicePassword = "correct horse";

}  // namespace signet::server::test
