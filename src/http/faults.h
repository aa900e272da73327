// What is done about exceptions where they must go no further: at the top of threads, in callbacks of others,
// in destructors. None of it throws, not even when there is no memory left.
#pragma once

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

#include "http/message.h"

namespace signet::http {

/// reason says why the exception that is being handled was thrown. Call it in a catch block, and use it there.
[[nodiscard]] inline const char* reason() noexcept {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "not a std::exception";
  }
}

/// log_error logs, if it can: a fault that cannot be written down must not become another.
template <class... Args>
void log_error(spdlog::format_string_t<Args...> format, Args&&... args) noexcept {
  try {
    spdlog::error(format, std::forward<Args>(args)...);
  } catch (...) {
    return;
  }
}

/// internal_error answers 500: without a word, if there is no memory for one.
[[nodiscard]] inline Response internal_error(std::string_view detail = {}) noexcept {
  try {
    return Response::problem(500, status_phrase(500), detail);
  } catch (...) {
    return Response::empty(500);
  }
}

}  // namespace signet::http
