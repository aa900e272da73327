#include "server/app.h"

namespace signet::server {

http::Router make_router(App& app) {
  http::Router router;
  add_login_api(router, app);
  add_sessions_api(router, app);
  add_admin_users_api(router, app);
  add_admin_services_api(router, app);
  add_admin_accounts_api(router, app);
  add_admin_keys_api(router, app);
  add_token_api(router, app);
  add_admin_revocations_api(router, app);
  add_admin_verifier_keys_api(router, app);
  add_revocation_api(router, app);
  add_well_known_api(router, app);
  add_health_api(router, app);
  return router;
}

}  // namespace signet::server
