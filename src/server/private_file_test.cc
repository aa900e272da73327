#include "server/private_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/test_issuer.h"

namespace signet::server {
namespace {

class PrivateFile : public testing::Test {
 protected:
  PrivateFile() { EXPECT_TRUE(create_private_file(file_, as_bytes("secret"))); }

  std::string reading(Readers readers = Readers::kOwner) {
    const auto content = read_private_file(file_, readers);
    if (!content) return content.error().what;
    return *content ? std::string(as_text((*content)->view())) : "(none)";
  }
  static std::string making(const std::filesystem::path& folder) {
    const auto made = make_private_folder(folder);
    return made ? "(made)" : made.error().what;
  }
  void set_mode(mode_t mode) { ASSERT_EQ(::chmod(file_.c_str(), mode), 0); }

  test::Folder folder_;
  std::filesystem::path file_ = folder_.path() / "key";
};

TEST_F(PrivateFile, TheGroupMayReadItWhereThatIsAskedForAndNeverMore) {
  set_mode(0440);
  EXPECT_EQ(reading(Readers::kOwnerAndGroup), "secret");
  EXPECT_NE(reading().find("may be read or changed by others"), std::string::npos) << reading();
  for (const mode_t wrong : {0460U, 0450U, 0444U, 0442U, 0441U}) {
    set_mode(wrong);
    EXPECT_NE(reading(Readers::kOwnerAndGroup).find("may be read or changed by others"), std::string::npos);
  }
}

TEST_F(PrivateFile, WhatBelongsToAnotherUserIsRefusedWithTheCure) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a file that belongs to somebody else";
  ASSERT_EQ(::chown(file_.c_str(), 12345, 12345), 0);
  const std::string cure = "take it over with: chown 0 ";
  EXPECT_NE(reading().find(cure + file_.string()), std::string::npos) << reading();
  ASSERT_EQ(::chown(folder_.path().c_str(), 12345, 12345), 0);
  const std::string refused = making(folder_.path());
  EXPECT_NE(refused.find(cure + folder_.path().string()), std::string::npos) << refused;
}

TEST_F(PrivateFile, ADataFolderThatOthersMayWriteToIsRefusedWithTheCure) {
  const auto data = folder_.path() / "above" / "data" / "";
  ASSERT_EQ(making(data), "(made)");
  struct stat status{};
  ASSERT_EQ(::stat(data.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700U);
  for (const mode_t wrong : {0770U, 0702U, 01777U}) {
    ASSERT_EQ(::chmod(data.c_str(), wrong), 0);
    EXPECT_NE(making(data).find("close it with: chmod go-w "), std::string::npos) << making(data);
  }
  ASSERT_EQ(::chmod(data.c_str(), 0755), 0);
  EXPECT_EQ(making(data), "(made)") << "what is secret in it is closed by itself";
  EXPECT_NE(making(file_).find("this is a file, not a folder"), std::string::npos);
}

}  // namespace
}  // namespace signet::server
