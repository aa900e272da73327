#include "server/log.h"

#include <fmt/core.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "json/writer.h"
#include "server/json_views.h"

namespace signet::server {
namespace {

/// Messages quote what clients sent, so that only a JSON writer may put them into a line of JSON.
class JsonLines final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto level = spdlog::level::to_string_view(message.level);
    json::Writer json;
    json.begin_object().member("time", rfc3339(std::chrono::floor<std::chrono::seconds>(message.time)));
    json.member("level", std::string_view(level.data(), level.size()));
    json.member("message", std::string_view(message.payload.data(), message.payload.size()));
    const std::string line = json.end_object().take() + "\n";
    out.append(line.data(), line.data() + line.size());
  }
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonLines>();
  }
};

spdlog::level::level_enum level_of(Config::LogLevel level) {
  switch (level) {
    case Config::LogLevel::kTrace:
      return spdlog::level::trace;
    case Config::LogLevel::kDebug:
      return spdlog::level::debug;
    case Config::LogLevel::kInfo:
      return spdlog::level::info;
    case Config::LogLevel::kWarn:
      return spdlog::level::warn;
    case Config::LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void start_log(const Config::Log& settings) {
  auto logger = std::make_shared<spdlog::logger>("signet", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  if (settings.format == Config::LogFormat::kJson) {
    logger->set_formatter(std::make_unique<JsonLines>());
  } else {
    logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%SZ %^%l%$ %v",
                                                                      spdlog::pattern_time_type::utc));
  }
  logger->set_level(level_of(settings.level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

void log_audit(std::string_view text, Config::LogLevel severity) {
  const auto logger = spdlog::default_logger()->clone("audit");  // the same sinks, and a level of its own
  logger->set_level(spdlog::level::info);
  logger->log(level_of(severity), "audit: {}", text);
}

std::string for_log(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c > 0x20 && c < 0x7f && c != '"' && c != '%') {
      quoted += c;
    } else {
      quoted += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return quoted + '"';
}

}  // namespace signet::server
