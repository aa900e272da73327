// Sessions in Redis, with hiredis, one connection. The address is a path of a socket, or a port of 127.0.0.1.
#include <hiredis/hiredis.h>

#include <memory>

#include "lookup.h"

using namespace signet::bench;

namespace {

struct Free {
  void operator()(redisContext* connection) const { redisFree(connection); }
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Connection = std::unique_ptr<redisContext, Free>;
using Reply = std::unique_ptr<redisReply, Free>;

Connection open_store(const char* address) {
  Connection connection(address[0] == '/' ? redisConnectUnix(address)
                                          : redisConnect("127.0.0.1", std::atoi(address)));
  if (!connection || connection->err != 0) die("cannot reach Redis");
  return connection;
}

Reply next_reply(redisContext* connection) {
  void* reply = nullptr;
  if (redisGetReply(connection, &reply) != REDIS_OK || reply == nullptr) die("Redis went away");
  return Reply(static_cast<redisReply*>(reply));
}

void fill(const char* address) {
  const Connection connection = open_store(address);
  constexpr std::uint64_t batch = 10'000;
  for (std::uint64_t i = 0; i < kSessions; ++i) {
    const std::string id = session_id(i);
    const std::string value = user_id(i) + "|" + kScope + "|" + kPlan;
    redisAppendCommand(connection.get(), "SET %b %b EX 86400", id.data(), id.size(), value.data(),
                       value.size());
    if (i % batch != batch - 1) continue;
    for (std::uint64_t sent = 0; sent < batch; ++sent) {
      if (next_reply(connection.get())->type != REDIS_REPLY_STATUS) die("Redis stores nothing");
    }
  }
}

pid_t process_of(redisContext* connection) {
  const Reply reply(static_cast<redisReply*>(redisCommand(connection, "INFO server")));
  const std::string text(reply->str, reply->len);
  const std::size_t place = text.find("process_id:");
  if (place == std::string::npos) die("Redis does not say which process it is");
  return std::atoi(text.c_str() + place + 11);
}

void measure_store(const char* address, double seconds) {
  const Connection connection = open_store(address);
  measure(seconds, process_of(connection.get()), [&](std::uint64_t i) {
    const std::string id = session_id(mix(i) % kSessions);
    const char* words[] = {"GET", id.data()};
    const std::size_t sizes[] = {3, id.size()};
    const Reply reply(static_cast<redisReply*>(redisCommandArgv(connection.get(), 2, words, sizes)));
    return reply && reply->type == REDIS_REPLY_STRING && reply->len > 22 && reply->str[22] == '|';
  });
}

}  // namespace

int main(int argc, char** argv) {
  return drive(argc, argv, fill, measure_store);
}
