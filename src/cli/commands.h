// The groups of subcommands, one file each; cli.cc puts them together.
#pragma once

namespace CLI {
class App;
}

namespace signet::cli {

struct Context;

void add_key_commands(CLI::App& root, Context& context);          // key generate, public, thumbprint
void add_jws_commands(CLI::App& root, Context& context);          // jws sign, verify
void add_token_commands(CLI::App& root, Context& context);        // sign, verify
void add_inspect_command(CLI::App& root, Context& context);       // inspect
void add_serve_commands(CLI::App& root, Context& context);        // serve, admin reset
void add_login_commands(CLI::App& root, Context& context);        // login, logout
void add_user_commands(CLI::App& root, Context& context);         // user add, list, show, change, ...
void add_service_commands(CLI::App& root, Context& context);      // service add, list, show, change, remove
void add_account_commands(CLI::App& root, Context& context);      // account add, list, show, change, ...
void add_signing_key_commands(CLI::App& root, Context& context);  // signing-key list, rotate, drop
void add_revoke_commands(CLI::App& root, Context& context);    // revoke session, user, account, key, everyone
void add_verifiers_command(CLI::App& root, Context& context);  // verifiers
void add_version_command(CLI::App& root, Context& context);    // version

// In the group `service`: verifier-key add, list, remove.
void add_verifier_key_commands(CLI::App& service, Context& context);

}  // namespace signet::cli
