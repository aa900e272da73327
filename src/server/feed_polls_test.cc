// Who may wait for the feed, and who gets the same answer.
#include "server/feed_polls.h"

#include <list>
#include <map>

#include "server/test_issuer.h"

namespace signet::server {
namespace {

using std::chrono::seconds;

class FeedPollsTest : public testing::Test {
 protected:
  FeedPollsTest() {
    for (const char* service : {R"({"name":"orders"})", R"({"name":"inventory"})"}) {
      EXPECT_EQ(issuer_.add_service(service).status(), 201);
    }
  }
  /// head returns the query of one who has everything.
  [[nodiscard]] std::string head() const {
    const auto keys = KeySet::from_jwks(issuer_.get("/.well-known/jwks.json").body());
    const auto batch = revocation::verify_batch(issuer_.get("/v1/revocations").body(), *keys, issuer_.url());
    return "?after=" + std::to_string(batch->seq) + "&epoch=" + batch->epoch;
  }

  test::TestIssuer issuer_;
};

/// Asking is a crowd of connections that wait for the feed.
class Asking {
 public:
  Asking(std::uint16_t port, std::string query, std::string headers = {})
      : port_(port),
        request_("GET /v1/revocations" + query + "&wait=60 HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n") {}

  void add(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) clients_.emplace_back(port_).send(request_);
  }
  /// first_answer waits until one is answered, and returns with what: nothing, when nobody is for a long time.
  std::optional<int> first_answer() {
    const auto end = std::chrono::steady_clock::now() + seconds(20);
    while (std::chrono::steady_clock::now() < end) {
      for (auto client = clients_.begin(); client != clients_.end(); ++client) {
        const auto answer = client->poll();
        if (!answer) continue;
        clients_.erase(client);
        return answer->status;
      }
    }
    return std::nullopt;
  }
  /// answers returns how many of the others are answered with each status.
  std::map<int, std::size_t> answers() {
    std::map<int, std::size_t> counts;
    for (auto& client : clients_) ++counts[client.read().value_or(http::test::Answer{}).status];
    return counts;
  }

 private:
  const std::uint16_t port_;
  const std::string request_;
  std::list<http::test::Client> clients_;
};

TEST_F(FeedPollsTest, FiveSixthsOfTheConnectionsMayWaitAndHalfOfTheseWithoutAName) {
  issuer_.config().server.max_connections = 72;
  issuer_.stop();
  issuer_.start();
  constexpr std::size_t kHalf = 72 * 5 / 6 / 2;
  const std::string admin = issuer_.admin();
  const auto key = issuer_.post("/v1/admin/services/orders/verifier-keys", "", admin);
  const std::string query = head();
  Asking strangers(issuer_.port(), query);
  strangers.add(kHalf + 1);
  EXPECT_EQ(strangers.first_answer(), 503);
  Asking verifiers(issuer_.port(), query, issuer_.bearer(key.at("verifier_key")));
  verifiers.add(kHalf + 1);
  EXPECT_EQ(verifiers.first_answer(), 503);

  ASSERT_EQ(issuer_.post("/v1/admin/revocations", R"({"everyone":true})", admin).status(), 200);
  const std::map<int, std::size_t> all_told = {{200, kHalf}};
  EXPECT_EQ(strangers.answers(), all_told);
  EXPECT_EQ(verifiers.answers(), all_told);
}

TEST_F(FeedPollsTest, ServicesWithoutASecretGetTheSameStatementsMadeOnce) {
  for (const std::string path : {"/v1/revocations?wait=0", "/v1/status/0?"}) {
    const std::string everybodys =
        issuer_.get(path).body();  // ES256 signs the same text differently each time
    EXPECT_EQ(issuer_.get(path + "&audience=orders").body(), everybodys);
    EXPECT_EQ(issuer_.get(path + "&audience=inventory").body(), everybodys);
  }
}

}  // namespace
}  // namespace signet::server
