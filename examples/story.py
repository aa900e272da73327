"""How the demo tells what it does: steps, commands, requests and answers, each compared with what was told."""

import json
import re
import shlex
import textwrap

from world import request

WIDTH = 100


class Story:
    """Prints what happens, and compares it with what was to happen."""

    def __init__(self, colours):
        self.colours = colours
        self.steps = 0
        self.failures = 0
        self.told = False  # to its end
        self.column = 0    # where an unfinished line stands

    def paint(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colours else text

    def chapter(self, text):
        print(f"\n{self.paint('1;36', text)}", flush=True)

    def step(self, text):
        self.steps += 1
        first, *rest = textwrap.wrap(text, WIDTH - 4)
        print(f"\n{self.paint('1', f'{self.steps:2}. {first}')}", flush=True)
        for line in rest:
            print(self.paint("1", f"    {line}"), flush=True)

    def say(self, text):
        print(f"    {text}", flush=True)

    def command(self, words):
        """A command line, over several lines where it is long."""
        line = "    $"
        for word in map(shlex.quote, map(str, words)):
            if len(line) + len(word) > WIDTH - 3:
                print(f"{line} \\", flush=True)
                line = "       "
            line += f" {word}"
        print(line, flush=True)

    def judge(self, good, found, told):
        """Counts, and colours what was found; says what was told where that is something else."""
        self.failures += not good
        return self.paint("32", found) if good else self.paint("1;31", f"{found}, NOT {told} AS TOLD:")

    def expect(self, good, told):
        print(f"    {self.judge(good, 'yes:' if good else 'no', 'yes')} {told}", flush=True)

    def answer(self, answer, status, more=""):
        """Ends a line with what came back, as far as there is room."""
        mark = self.judge(answer.status == status, str(answer.status), status)
        room = WIDTH - self.column - 4 - len(more)
        text = shown(answer)
        print(f"{mark} {text if len(text) <= room else text[:room - 3] + '...'}{more}", flush=True)

    def begin(self, text):
        self.column = len(text)
        print(text, end="", flush=True)

    def ask_issuer(self, url, body, token=None):
        """A request to the issuer that must succeed."""
        sent = {**body, "password": "..."} if "password" in body else body
        self.say(f"POST {url.removeprefix('http://')} {shortened(json.dumps(sent))}")
        answer = request("POST", url, body, token)
        self.begin("    ")
        self.answer(answer, 200)
        if answer.status != 200:
            raise RuntimeError(f"nothing to go on with: {url} answered {answer}")
        return answer.json()

    def ask(self, method, url, status, token=None, name="no token", body=None, log=None):
        """A request to an API, on one line: with which token, to where, what came back, and what its log tells."""
        self.line(method, url, name)
        answer = request(method, url, body, token)
        self.answer(answer, status, log() if log else "")

    def line(self, method, url, name):
        """Begins the line of a request to an API."""
        target = f"{method:4} {url.removeprefix('http://')}"
        self.begin(f"    {name:10} {target:32} " if name else f"    {target:41} ")


def shortened(text):
    """Long words, such as tokens, by their beginning."""
    return re.sub(r"([\w.-]{8})[\w.-]{20,}", r"\1...", text)


def shown(answer):
    if answer.headers.get("Content-Type") != "application/problem+json":
        return shortened(answer.body)
    problem = answer.json()
    return "needs " + problem["detail"] if answer.status == 403 else problem["title"]
