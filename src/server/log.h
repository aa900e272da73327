// The log: to standard error, for people or for machines.
#pragma once

#include "server/config.h"

namespace signet::server {

/// start_log sets spdlog's default logger up. In JSON, every line is one object: time, level, message.
void start_log(const Config::Log& settings);

}  // namespace signet::server
