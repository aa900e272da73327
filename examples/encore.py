"""What comes after the demo on a terminal: everything stays up, with lines to try."""

import json
import shlex
import signal

from world import request


def stay_up(story, path, paths, password):
    """Starts what has ended, says what to try, and waits to be stopped. `paths` are the APIs' own, below their URLs."""
    world = path.world
    world.start_issuer()
    admin = world.login("admin", world.admin_password, audience="signet").json()["access_token"]
    for api in paths:
        made = request("POST", f"{world.url}/v1/admin/services/{api}/verifier-keys", token=admin)
        key = made.json()["verifier_key"]  # with it an API is waited for
        world.start_api(api, path.ways[api], path.ports[api], {"SIGNET_VERIFIER_KEY": key})
    body = json.dumps({"username": "alice", "password": password}, separators=(",", ":"))
    story.chapter("Everything is up again, with the public key. Try it in another terminal:")
    print(f"\n  The issuer  {world.url}   (administrator: admin, password: {world.admin_password})")
    for api in paths:
        print(f"  {api:11} {path.urls[api]}{paths[api]}")
    print("\n  TOKEN=$(curl -s -H 'Content-Type: application/json' \\\n"
          f"    -d '{body}' \\\n"
          f"    {world.url}/v1/login | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')")
    for api in paths:
        print(f"  curl -H \"Authorization: Bearer $TOKEN\" {path.urls[api]}{paths[api]}")
    signet = shlex.quote(str(world.binaries / "signet"))
    print("\n  # Then end her sessions, and ask again:\n"
          f"  export SIGNET_SERVER={world.url}\n"
          f"  export SIGNET_TOKEN=$(SIGNET_PASSWORD={shlex.quote(world.admin_password)} \\\n"
          f"    {signet} login admin --audience signet --print)\n"
          f"  {signet} revoke user alice --wait")
    print("\n  Ctrl-C stops everything.", flush=True)
    while True:
        signal.pause()
