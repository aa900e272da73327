"""Reads and writes vector files (README.md has the format). The twin of reader.h.

    for vector in vectors.read("jws/algorithms.txt"):
        token = vector.take("token")
        ...
        assert not vector.unread(), vector.unread()
"""

import pathlib
import re

_FIELD = re.compile(r"([a-z][a-z0-9_]*):(?: (.+))?\Z", re.S)
_ESCAPE = re.compile(rb"\\(n|r|t|\\|x[0-9A-F]{2})?", re.S)
_SIMPLE = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"\\": b"\\"}


def unescape(value):
    """The bytes of a value: JSON stands as it is; anything else knows \\n, \\r, \\t, \\\\ and \\xHH."""
    if value[:1] in (b"{", b"[", b'"'):
        return value

    def one(match):
        code = match[1]
        if code is None:
            raise ValueError("a lone backslash")
        return _SIMPLE[code] if code in _SIMPLE else bytes([int(code[1:], 16)])

    return _ESCAPE.sub(one, value)


def escape(value):
    """The inverse of unescape."""
    if value[:1] in (b"{", b"[", b'"') and all(0x20 <= b < 0x7F for b in value):
        return value.decode("ascii")
    names = {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x5C: "\\\\"}
    text = "".join(names.get(b) or (chr(b) if 0x20 <= b < 0x7F else f"\\x{b:02X}") for b in value)
    # The reader must not take it for JSON, nor strip a space: the first byte is spelled out where it would.
    return f"\\x{value[0]:02X}" + text[1:] if text[:1] in ("{", "[", '"') else text


class Vector:
    """One stanza. A field counts as read once it was asked for."""

    def __init__(self, fields, where):
        self.where = where
        self._fields = fields
        self._unread = set(fields)
        self.name = self.take("name").decode()

    def maybe(self, field):
        """The field's bytes, or None."""
        self._unread.discard(field)
        return self._fields.get(field)

    def take(self, field):
        """The field's bytes; KeyError when the vector lacks it."""
        value = self.maybe(field)
        if value is None:
            raise KeyError(f"{self.where}: no field '{field}'")
        return value

    def expected(self):
        """The codes that will do: ["ok"], ["malformed", "unsupported"], ..."""
        return self.take("expect").decode().split("|")

    def unread(self):
        return sorted(self._unread)


def parse(text, where="-"):
    """All the vectors of a file's text. ValueError, with the line, for anything that is not of the format."""
    if not text.endswith("\n"):
        raise ValueError(f"{where}: does not end with a newline")
    found, fields, start = [], {}, 0
    for number, line in enumerate(text.split("\n"), 1):  # ends with an empty line, which ends the last stanza
        if line.startswith("#"):
            continue
        if not line:
            if fields:
                found.append(Vector(fields, f"{where}:{start}"))
            fields = {}
            continue
        match = _FIELD.match(line)
        if not match or match[1] in fields or (not fields and match[1] != "name"):
            raise ValueError(
                f"{where}:{number}: not a field, a field twice, or a stanza that does not begin with its name"
            )
        if not fields:
            start = number
        try:
            fields[match[1]] = unescape((match[2] or "").encode("ascii"))
        except ValueError as wrong:
            raise ValueError(f"{where}:{number}: {wrong}") from None
    return found


def read(path):
    path = pathlib.Path(path)
    return parse(path.read_bytes().decode("ascii"), str(path))


def write(comment, stanzas):
    """The text of a file: stanzas are dicts of field name to bytes or text, in order."""
    lines = [f"# {line}".rstrip() for line in comment.strip().split("\n")]
    for stanza in stanzas:
        lines.append("")
        for field, value in stanza.items():
            value = escape(value.encode() if isinstance(value, str) else value)
            lines.append(f"{field}: {value}" if value else f"{field}:")
    return "\n".join(lines) + "\n"
