#include "server/master_key.h"

#include <fmt/core.h>

#include "base/base64url.h"
#include "base/try.h"
#include "crypto/random.h"
#include "server/private_file.h"

namespace signet::server {
namespace {

using crypto::MasterKey;
using std::filesystem::path;

constexpr std::string_view kCheckSetting = "master_key_check";

OrExplain<MasterKey> key_from(Secret bytes) {
  auto key = MasterKey::from(std::move(bytes));
  if (!key) return explain(key.error().code, key.error().what);
  return std::move(*key);
}

OrExplain<MasterKey> key_from_text(const Secret& content, const path& file) {
  auto text = as_text(content.view());
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  Secret bytes(base64url_decoded_size(text.size()));
  if (bytes.size() != MasterKey::kSize || !base64url_decode_into(text, bytes.writable())) {
    return explain(Errc::kMalformed,
                   fmt::format("{}: a master key is 32 bytes in base64url, 43 characters; this file "
                               "holds something else. Restore it from your backup",
                               file.string()));
  }
  return key_from(std::move(bytes));
}

OrExplain<MasterKey> make_key_file(const path& file) {
  Secret bytes = crypto::random_secret(MasterKey::kSize);
  const Secret text(base64url_encode(bytes.view()) + "\n");
  TRY_DO(create_private_file(file, text.view()));
  return key_from(std::move(bytes));
}

OrExplain<MasterKey> read_or_make_key_file(const path& file, bool store_is_new) {
  TRY(content, read_private_file(file));
  if (content) return key_from_text(*content, file);
  if (!store_is_new) {
    return explain(
        Errc::kNotFound,
        fmt::format(
            "{}: the master key is missing, and the keys in the store rest under it. Restore the file "
            "from your backup, or say where it is with master_key_file or SIGNET_MASTER_KEY",
            file.string()));
  }
  return make_key_file(file);
}

OrExplain<MasterKey> find_key(const Config& config, bool store_is_new) {
  if (!config.master_key.empty()) return key_from(config.master_key.clone());
  if (!config.credentials_directory.empty()) {
    const path credential = config.credentials_directory / "signet-master-key";
    // Under User= and DynamicUser= it has mode 0440, since systemd 254: root's, and ours to read.
    TRY(content, read_private_file(credential, Readers::kOwnerAndGroup));
    if (content) return key_from_text(*content, credential);
  }
  return read_or_make_key_file(
      config.master_key_file.empty() ? config.data / "master.key" : config.master_key_file, store_is_new);
}

std::unexpected<OperatorError> store_failed(Error error) {
  return explain(error.code, fmt::format("the store cannot be used: {}", error.what));
}

}  // namespace

OrExplain<MasterKey> open_master_key(const Config& config, storage::Store& store) {
  const auto known = store.setting(kCheckSetting);
  if (!known) return store_failed(known.error());
  TRY(key, find_key(config, !known->has_value()));
  const std::string check = base64url_encode(key.mac("master-key check v1", "signet"));
  const auto stands = store.ensure_setting(kCheckSetting, check);
  if (!stands) return store_failed(stands.error());
  if (*stands != check) {
    return explain(
        Errc::kInvalidArgument,
        fmt::format("this is not the master key that the store in {} was made with: its keys cannot be "
                    "opened. Restore the right one from your backup",
                    config.data.string()));
  }
  return std::move(key);
}

}  // namespace signet::server
