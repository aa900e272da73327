#include "crypto/random.h"

#include <gtest/gtest.h>

#include <set>

namespace signet::crypto {
namespace {

TEST(RandomId, IsAnotherEachTimeAndNoOption) {
  constexpr std::size_t kMany = 2000;  // of which some thirty would begin with a dash
  std::set<std::string> ids;
  while (ids.size() < kMany) {
    const std::string id = random_id();
    ASSERT_EQ(id.size(), 22U);
    ASSERT_NE(id.front(), '-');
    ASSERT_TRUE(ids.insert(id).second);
  }
}

}  // namespace
}  // namespace signet::crypto
