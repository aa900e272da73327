"""JSON texts that must be refused, and their good neighbours: rows 20 and 21, for headers, claims and keys alike.

Each is a function of the members that make the text a good one, such as `"alg":"HS256"`."""


def nested(levels, inside=""):
    """`levels` of arrays."""
    return "[" * levels + inside + "]" * levels


def objects(levels):
    return '{"x":' * levels + "0" + "}" * levels


_NOT_UTF8 = {  # by what RFC 3629 §3 has against it
    "lone-continuation": b"\x80",
    "latin-1": b"caf\xe9",
    "cut-short-2": b"\xc3",
    "cut-short-3": b"\xe2\x82",
    "cut-short-4": b"\xf0\x9f\x98",
    "overlong-2": b"\xc0\xaf",
    "overlong-nul": b"\xc0\x80",
    "overlong-quote": b"\xc0\xa2",
    "overlong-3": b"\xe0\x80\xaf",
    "overlong-4": b"\xf0\x80\x80\xaf",
    "surrogate": b"\xed\xa0\x80",
    "surrogate-pair": b"\xed\xa0\xbd\xed\xb8\x80",
    "beyond-unicode": b"\xf4\x90\x80\x80",
    "five-bytes": b"\xf8\x88\x80\x80\x80",
    "six-bytes": b"\xfc\x84\x80\x80\x80\x80",
    "fe": b"\xfe",
    "ff": b"\xff",
    "cut-by-ascii": b"\xc3(",
    "two-continuations": b"\xc3\xa9\xa9",
}


def not_utf8(members):
    members = members.encode()
    bad = {f"utf8-{shape}": b"{" + members + b',"x":"' + data + b'"}' for shape, data in _NOT_UTF8.items()}
    bad["utf8-in-a-name"] = b"{" + members + b',"x\xff":1}'
    bad["utf8-outside-of-strings"] = b"{" + members + b"\xc2\xa0}"  # a no-break space is none of JSON's spaces
    text = "{" + members.decode() + "}"
    for encoding in ("utf-16-le", "utf-16-be", "utf-16", "utf-32-le"):
        bad[f"in-{encoding}"] = text.encode(encoding)
    bad |= {"bom": b"\xef\xbb\xbf{" + members + b"}", "bom-at-end": b"{" + members + b"}\xef\xbb\xbf"}
    return bad


def not_json(members):
    whole = "{" + members + "}"
    inside = {
        "trailing-comma": ",",
        "leading-zero": ',"x":01',
        "plus": ',"x":+1',
        "no-digit-before-point": ',"x":.5',
        "no-digit-after-point": ',"x":1.',
        "no-digit-in-exponent": ',"x":1e',
        "minus-alone": ',"x":-',
        "hex": ',"x":0x10',
        "nan": ',"x":NaN',
        "infinity": ',"x":Infinity',
        "minus-infinity": ',"x":-Infinity',
        "capital-true": ',"x":True',
        "undefined": ',"x":undefined',
        "single-quotes": ",'x':1",
        "name-without-quotes": ",x:1",
        "number-as-name": ",1:1",
        "no-colon": ',"x" 1',
        "no-value": ',"x":',
        "two-commas": ',,"x":1',
        "comment": " /* , */",
        "line-comment": " // \n",
        "raw-newline-in-string": ',"x":"\n"',
        "raw-tab-in-string": ',"x":"\t"',
        "raw-nul-in-string": ',"x":"\0"',
        "escape-x": ',"x":"\\x41"',
        "escape-quote": ',"x":"\\\'"',
        "escape-short": ',"x":"\\u12"',
        "escape-not-hex": ',"x":"\\u00zz"',
        "string-without-end": ',"x":"',
        "array-without-end": ',"x":[1',
        "array-trailing-comma": ',"x":[1,]',
        "brackets-crossed": ',"x":[}]',
    }
    around = {
        "empty": "",
        "spaces": "  ",
        "two-objects": whole + whole,
        "two-objects-comma": f"{whole},{whole}",
        "trailing-word": whole + " x",
        "trailing-brace": whole + "}",
        "trailing-nul": whole + "\0",
        "leading-nul": "\0" + whole,
        "leading-word": "x" + whole,
        "no-end": "{" + members,
        "no-beginning": members + "}",
        "vertical-tab": "\v" + whole,
        "record-separator": "\x1e" + whole,
        "in-an-array": f"[{whole}]",
        "array": "[]",
        "string": '"x"',
        "null": "null",
        "true": "true",
        "number": "1",
        "in-a-string": '"' + whole.replace('"', '\\"') + '"',
        "xss-prefix": ")]}'\n" + whole,
    }
    return {f"json-{shape}": (f"{{{members}{text}}}").encode() for shape, text in inside.items()} | {
        f"json-{shape}": text.encode() for shape, text in around.items()
    }


def surrogates(members):
    bad = {
        "high": "\\ud83d",
        "low": "\\ude00",
        "two-high": "\\ud83d\\ud83d",
        "turned-round": "\\ude00\\ud83d",
        "high-then-letter": "\\ud83dx",
        "high-then-escape": "\\ud83d\\n",
        "high-then-u0041": "\\ud83d\\u0041",
    }
    texts = {f"surrogate-{shape}": f'{{{members},"x":"{text}"}}'.encode() for shape, text in bad.items()}
    return texts | {"surrogate-in-a-name": f'{{{members},"\\ud83d":1}}'.encode()}


def too_deep(members):
    """The object itself is the first level; 16 are allowed."""
    return {
        "depth-17-arrays": f'{{{members},"x":{nested(16)}}}'.encode(),
        "depth-17-objects": f'{{{members},"x":{objects(16)}}}'.encode(),
        "depth-17-filled-arrays": f'{{{members},"x":{nested(16, "0")}}}'.encode(),
        "depth-17-empty-object": f'{{{members},"x":{nested(15, "{}")}}}'.encode(),
        "depth-17-beside-flat-ones": f'{{{members},"a":[],"b":{{}},"x":[1,{nested(15)}],"c":[]}}'.encode(),
        "depth-18-arrays": f'{{{members},"x":{nested(17)}}}'.encode(),
        "depth-1000-arrays": f'{{{members},"x":{nested(999)}}}'.encode(),
        "depth-500-open-arrays": f'{{{members},"x":{"[" * 499}'.encode(),
        "depth-500-open-objects": ("{" + members + ',"x":' + '{"x":' * 499).encode(),
        "depth-10000-open-arrays": b"[" * 10000,
        "depth-5000-arrays": nested(5000).encode(),
    }


def fine(members):
    """What a strict parser must take all the same."""
    return {
        "control-spaces": f' \t\r\n{{ {members} , "x" : [ 1 , 2 ] }}\r\n '.encode(),
        "control-depth-16-arrays": f'{{{members},"x":{nested(15)}}}'.encode(),
        "control-depth-16-objects": f'{{{members},"x":{objects(15)}}}'.encode(),
        "control-depth-16-filled-arrays": f'{{{members},"x":{nested(15, "0")}}}'.encode(),
        "control-depth-16-empty-object": f'{{{members},"x":{nested(14, "{}")}}}'.encode(),
        "control-many-siblings": f'{{{members},"x":[{",".join(["[]", "{}", "[[]]"] * 20)}]}}'.encode(),
        "control-unicode": f'{{{members},"x":"é€😀\x7f"}}'.encode(),
        "control-escapes": f'{{{members},"x":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00e9\\ud83d\\ude00"}}'.encode(),
        "control-brackets-in-string": f'{{{members},"x":"{"[" * 100}{{\\"}}"}}'.encode(),
        "control-numbers": f'{{{members},"x":[0,-0,0.5,-1.5e-3,1E+2,123456789]}}'.encode(),
        "control-others": f'{{{members},"x":[true,false,null,"",[],{{}}]}}'.encode(),
        "control-same-name-in-two-objects": f'{{{members},"x":[{{"y":1}},{{"y":1}}]}}'.encode(),
    }


def bad_texts(members):
    """Row 21: name to text."""
    return not_utf8(members) | not_json(members) | surrogates(members) | too_deep(members)


def duplicates(members, name, value):
    """Row 20: `name` (with a value of its own already among the members) named again, and other names twice."""
    first, rest = name[0], name[1:]
    escaped = f"\\u{ord(first):04x}{rest}"
    again = {
        "same-value": f'"{name}":{value}',
        "other-value": f'"{name}":"x"',
        "null": f'"{name}":null',
        "escaped": f'"{escaped}":{value}',
        "escaped-upper-case": f'"\\u{ord(first):04X}{rest}":{value}',
        "escaped-last-letter": f'"{name[:-1]}\\u{ord(name[-1]):04x}":{value}',
        "escaped-whole": '"' + "".join(f"\\u{ord(c):04x}" for c in name) + f'":{value}',
    }
    texts = {f"{name}-twice-{shape}": f"{{{members},{text}}}" for shape, text in again.items()}
    texts |= {f"{name}-twice-{shape}-before": f"{{{text},{members}}}" for shape, text in again.items()}
    others = {
        "other-name": '"x":1,"x":1',
        "other-name-escaped": '"x":1,"\\u0078":1',
        "empty-name": '"":1,"":1',
        "nested": '"x":{"y":1,"y":1}',
        "nested-escaped": '"x":{"y":1,"\\u0079":2}',
        "in-an-array": '"x":[0,{"y":1,"z":1,"y":1}]',
        "deep": '"x":[{"y":[{"z":1,"z":1}]}]',
        "slash-escaped": '"a/b":1,"a\\/b":2',
        "beyond-bmp": '"😀":1,"\\ud83d\\ude00":2',
        "far-apart": '"x":1,"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"x":1',
        "three-times": '"x":1,"x":2,"x":3',
        "nul-in-name": '"x\\u0000":1,"x\\u0000":2',
    }
    texts |= {f"duplicate-{shape}": f"{{{members},{text}}}" for shape, text in others.items()}
    return {shape: text.encode() for shape, text in texts.items()}


def alike(members, name):
    """Names that only look the same: they are different, and fine."""
    texts = {
        "upper-case": f'"{name.upper()}":"x"',
        "trailing-space": f'"{name} ":"x"',
        "trailing-nul": f'"{name}\\u0000":"x"',
        "prefix": f'"{name[:-1]}":"x"',
        "longer": f'"{name}s":"x"',
        "decomposed": '"é":1,"e\u0301":2',
        "nested-same": f'"x":{{"{name}":"x"}}',
        "case": '"x":1,"X":2',
    }
    return {f"control-{name}-{shape}": f"{{{members},{text}}}".encode() for shape, text in texts.items()}
