// Where the master key comes from: SIGNET_MASTER_KEY, systemd's credentials, or a file that the first start
// makes.
#pragma once

#include "base/operator_error.h"
#include "crypto/seal.h"
#include "server/config.h"
#include "storage/store.h"

namespace signet::server {

/// open_master_key finds the key and proves, by a check value in the store, that it is the one that
/// everything in the store was sealed under. A key file is made only for a store that has never seen a key: a
/// lost one must come from the backup.
[[nodiscard]] OrExplain<crypto::MasterKey> open_master_key(const Config& config, storage::Store& store);

}  // namespace signet::server
