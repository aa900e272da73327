// The log: to standard error, for people or for machines.
#pragma once

#include <string>
#include <string_view>

#include "server/config.h"

namespace signet::server {

/// start_log sets spdlog's default logger up. In JSON, every line is one object: time, level, message.
void start_log(const Config::Log& settings);

/// log_audit writes a line that starts with "audit:", whatever the level that is set: who did what must not depend on it.
void log_audit(std::string_view text, Config::LogLevel severity = Config::LogLevel::kInfo);

/// for_log puts what a client sent into quotes, with everything percent-encoded that is not visible ASCII, or
/// is a quote or a percent sign: it can then neither end its place in the line nor look like something else.
[[nodiscard]] std::string for_log(std::string_view text);

}  // namespace signet::server
