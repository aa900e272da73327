"""The demo: it tells the truth, it notices when it would not, and it leaves nothing behind."""

import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import unittest

from case import BIN, Case, await_that, clean_environment
from demo import take_the_stage  # from examples/, which case has put on the path

STAGE = take_the_stage()  # so that the demos here leave the usual ports to whoever uses this machine
DEMO = pathlib.Path(__file__).resolve().parents[2] / "examples" / "demo.py"

# Stands in for an API, and gives every request the same answer.
STAND_IN = """#!{python}
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print("GET /here refused: wrong_audience (as always)", file=sys.stderr)
        self.send_response({status})
        self.end_headers()
        self.wfile.write(b"{{}}")
    do_POST = do_GET
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[2])), Handler)
print("listens on", sys.argv[2], flush=True)
server.serve_forever()
"""


def processes_in(folder):
    """The command lines of those that work in this folder, or below."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "cwd").startswith(folder):
                found.append((process / "cmdline").read_text())
        except OSError:
            continue  # gone, or somebody else's
    return found


class Demo:
    """A demo under way, on a terminal of its own or in a pipe."""

    def __init__(self, binaries, *arguments, terminal=False):
        words = [sys.executable, "-B", str(DEMO), "--bin", str(binaries), *arguments]
        self.said = b""
        if terminal:
            self.pid, self.reader = pty.fork()
            if self.pid == 0:
                os.execve(words[0], words, clean_environment())
            return
        self.reader, writer = os.pipe()
        actions = [(os.POSIX_SPAWN_DUP2, writer, 1), (os.POSIX_SPAWN_DUP2, writer, 2)]
        self.pid = os.posix_spawn(words[0], words, clean_environment(), file_actions=actions)
        os.close(writer)

    @property
    def output(self):
        return self.said.decode().replace("\r\n", "\n")  # of it all: a read may end between the two

    def read(self):
        """Whether there was more to read."""
        try:
            piece = os.read(self.reader, 65536)
        except OSError:  # how a terminal says that nobody is at the other end
            return False
        self.said += piece
        return bool(piece)

    def read_until(self, words):
        while words not in self.output:
            if not self.read():
                return False
        return True

    def end(self):
        """Its exit status, as a shell counts it, once it has said all."""
        while self.read():
            pass
        os.close(self.reader)
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return status if status >= 0 else 128 - status

    @property
    def folder(self):
        return re.search(r"at work in (\S+)\.\n", self.output).group(1)

    def type(self, text):
        os.write(self.reader, text)


class DemoTest(Case):
    def programs(self, **stand_ins):
        """A folder with the true programs, but for some that always give the same answer, or (None) are missing."""
        folder = self.new_folder()
        for name in ("signet", "orders", "inventory", "billing"):
            if name not in stand_ins:
                (folder / name).symlink_to(BIN / name)
            elif stand_ins[name]:
                (folder / name).write_text(STAND_IN.format(python=sys.executable, status=stand_ins[name]))
                (folder / name).chmod(0o755)
        return folder

    def assert_nothing_left(self, demo):
        self.assertEqual(processes_in(demo.folder), [])
        self.assertFalse(os.path.exists(demo.folder))

    def test_once_it_comes_out_as_told(self):
        demo = Demo(BIN, "--once")
        self.assertEqual(demo.end(), 0, demo.output)
        self.assertIn("All 37 steps came out as told.", demo.output)
        self.assertNotIn("NOT", demo.output)
        self.assertNotIn("Traceback", demo.output)
        for log in ("wrong_audience", "bad_signature", "unknown_key", "expired", "revoked"):
            self.assertGreaterEqual(demo.output.count(f"log: {log}"), 2)
        self.assertEqual([line for line in demo.output.splitlines() if len(line) > 100], [])
        self.assert_nothing_left(demo)

    def test_on_a_terminal_it_stays_up_and_its_lines_can_be_pasted(self):
        demo = Demo(BIN, terminal=True)
        self.assertTrue(demo.read_until("Ctrl-C stops everything."), demo.output)
        pasted = demo.output[demo.output.index("  TOKEN=$("):demo.output.index("  Ctrl-C")]
        done = subprocess.run(["bash", "-euc", pasted.replace("curl -H", "curl -sS --fail-with-body -H")],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("applied by 3 of 3 verifiers in ", done.stdout)
        for part in ('{"orders":[]}', '{"berlin":12,"lisbon":7}', '{"invoices":[{"id":"i-1"'):
            self.assertIn(part, done.stdout)
        for url in re.findall(r"^  (?:orders|inventory|billing) +(http\S+)$", demo.output, re.MULTILINE):
            self.assertIn(f'curl -H "Authorization: Bearer $TOKEN" {url}\n', pasted)
        self.assertEqual(len(processes_in(demo.folder)), 4)
        demo.type(b"\x03")
        self.assertEqual(demo.end(), 0, demo.output)
        self.assertIn("Stopped.", demo.output)
        self.assertNotIn("Traceback", demo.output)
        self.assert_nothing_left(demo)

    def test_an_api_that_trusts_everybody_is_noticed(self):
        demo = Demo(self.programs(billing=200), "--once")
        self.assertEqual(demo.end(), 1, demo.output)
        self.assertRegex(demo.output, r"no token +GET +\S+/invoices +200, NOT 401 AS TOLD")
        self.assert_nothing_left(demo)

    def test_an_api_that_trusts_nobody_is_noticed(self):
        demo = Demo(self.programs(orders=401), "--once")
        self.assertEqual(demo.end(), 1, demo.output)
        self.assertRegex(demo.output, r"\$TOKEN +GET +\S+/orders +401, NOT 200 AS TOLD")
        self.assertRegex(demo.output, r"log: wrong_audience, NOT bad_signature AS TOLD")  # refused, for a wrong reason
        self.assert_nothing_left(demo)

    def test_an_api_that_does_not_start_is_explained(self):
        demo = Demo(self.programs(billing=None), "--once")
        self.assertEqual(demo.end(), 1, demo.output)
        self.assertRegex(demo.output, "The demo cannot go on: .*billing")
        self.assertNotIn("Traceback", demo.output)
        self.assert_nothing_left(demo)

    def test_ended_from_outside_it_leaves_nothing(self):
        demo = Demo(BIN, "--once")
        self.assertTrue(demo.read_until("$ billing"), demo.output)
        os.kill(demo.pid, signal.SIGTERM)
        self.assertEqual(demo.end(), 128 + signal.SIGTERM, demo.output)
        self.assertNotIn("Traceback", demo.output)
        self.assert_nothing_left(demo)

    def test_killed_it_leaves_no_process(self):
        demo = Demo(BIN, "--once")
        self.assertTrue(demo.read_until("$ billing"), demo.output)
        os.kill(demo.pid, signal.SIGKILL)
        self.assertEqual(demo.end(), 128 + signal.SIGKILL)
        await_that(lambda: not processes_in(demo.folder), "the end of what the demo had started")
        subprocess.run(["rm", "-r", demo.folder], check=True)


if __name__ == "__main__":
    unittest.main()
