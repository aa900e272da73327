// Runs a check over all the vectors of a folder; for every test program that reads them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "reader.h"

namespace signet::vectors {

/// run_folder runs `check` on every stanza of every file in a folder; there must be some, and no field that `check`
/// does not ask for.
inline void run_folder(const char* folder, void (*check)(Vector&)) {
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(SIGNET_VECTORS) / folder)) {
    for (Vector& vector : read(entry.path())) {
      SCOPED_TRACE(vector.where());
      check(vector);
      EXPECT_EQ(vector.unread(), std::vector<std::string>()) << "fields that nobody read";
      ++count;
    }
  }
  EXPECT_GT(count, 10U) << folder;
  ::testing::Test::RecordProperty("vectors", static_cast<int>(count));
}

}  // namespace signet::vectors
