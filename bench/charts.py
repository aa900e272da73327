"""The charts of docs/performance.md, as SVG: no script, no font of their own, dark where the reader's screen is dark."""

import math
from xml.sax.saxutils import escape

STYLE = """
  <style>
    text { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: #1f2933; }
    .card { fill: #ffffff; stroke: #d5dbe1; } .grid { stroke: #d9dfe5; } .stem { stroke: #b6c0ca; stroke-width: 2; }
    .head { font-weight: 600; } .small { font-size: 11px; fill: #5b6873; } .ours { fill: #1668b3; font-weight: 600; }
    .dot { fill: #7b8794; } .our-dot { fill: #1668b3; } .bare-dot { fill: none; stroke: #7b8794; stroke-width: 2; }
    .client { fill: #1668b3; } .server { fill: #e0913a; } .latency { stroke: #1f2933; stroke-width: 2; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e4e9ee; } .card { fill: #14191f; stroke: #333c46; } .grid { stroke: #2c343d; } .stem { stroke: #4a5663; }
      .small { fill: #9aa7b3; } .ours { fill: #6cb4f5; } .dot { fill: #98a5b2; } .our-dot { fill: #6cb4f5; }
      .bare-dot { stroke: #98a5b2; } .client { fill: #4a9ce8; } .server { fill: #e6a55c; } .latency { stroke: #e4e9ee; }
    }
  </style>"""


def microseconds(ns):
    """Three digits, in us."""
    value = ns / 1000
    return f"{value:.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


def text(x, y, words, kind="", anchor="start"):
    return f'  <text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def line(x1, y1, x2, y2, kind):
    return f'  <line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def svg(width, height, title, description, parts):
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title desc">',
        f'  <title id="title">{escape(title)}</title>', f'  <desc id="desc">{escape(description)}</desc>' + STYLE,
        f'  <rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="12" class="card"/>', *parts, "</svg>"]) + "\n"


def panel(left, width, top, rows, heading):
    """One algorithm: a dot for each row, on a logarithmic axis. `rows` are ns, or None, with the dot's class."""
    low, high = math.log10(0.04), math.log10(4000)
    bottom = top + 24 * len(rows)

    def place(ns):
        return left + (math.log10(ns / 1000) - low) / (high - low) * width

    parts = [text(left, top - 26, heading, "head")]
    for tick, label in ((0.1, "0.1"), (1, "1"), (10, "10"), (100, "100"), (1000, "1000")):
        parts += [line(place(tick * 1000), top - 6, place(tick * 1000), bottom, "grid"),
                  text(place(tick * 1000), bottom + 16, label, "small", "middle")]
    for number, (ns, kind) in enumerate(rows):
        y = top + 24 * number + 10
        if ns is None:
            parts.append(text(left + 2, y + 4, "no", "small"))
            continue
        x, beyond = place(ns), place(ns) > left + 0.72 * width
        parts += [line(left, y, x - 5, y, "stem"), f'  <circle cx="{x:.1f}" cy="{y:.1f}" r="5" class="{kind}"/>',
                  text(x - 9 if beyond else x + 9, y - 2 if beyond else y + 4, microseconds(ns), "small",
                       "end" if beyond else "start")]
    return parts


def peers(labels, columns):
    """`labels` are (name, dot class); `columns` are {algorithm: [ns or None for each label]}."""
    left, top, width = 212, 74, 168
    height = top + 24 * len(labels) + 44
    parts = [text(20, 28, "CPU time of one verification in microseconds, logarithmic; less is better", "head")]
    for number, (name, kind) in enumerate(labels):
        parts.append(text(20, top + 24 * number + 14, name, "ours" if kind == "our-dot" else ""))
    for number, (algorithm, column) in enumerate(columns.items()):
        rows = [(ns, kind) for ns, (_, kind) in zip(column, labels)]
        parts += panel(left + number * (width + 22), width, top, rows, algorithm)
    return svg(left + 4 * (width + 22), height, "What one verification costs",
               "Microseconds of CPU for one verification, for each library and algorithm. The table in "
               "docs/performance.md has the same figures.", parts)


def nice_ticks(highest):
    """Six or fewer steps from 0 on."""
    step = 10 ** math.floor(math.log10(highest / 5))
    step *= next(factor for factor in (1, 2, 5, 10) if highest / (step * factor) <= 6)
    return [step * number for number in range(int(highest / step) + 1)]


def sessions(rows):
    """`rows` are (name, whether ours, client ns, server ns, median latency ns)."""
    left, top, width = 272, 82, 560
    highest = max(max(client + server, latency) for _, _, client, server, latency in rows) / 1000
    bottom, scale = top + 24 * len(rows), width / highest
    parts = [text(20, 28, "One request's session or token, in microseconds; less is better", "head")]
    for x, kind, label in ((20, "client", "CPU of the client"), (170, "server", "CPU of the server")):
        parts += [f'  <rect x="{x}" y="42" width="12" height="12" class="{kind}"/>', text(x + 18, 53, label, "small")]
    parts += [line(326, 41, 326, 55, "latency"), text(334, 53, "latency, median", "small")]
    for tick in nice_ticks(highest):
        x = left + tick * scale
        parts += [line(x, top - 6, x, bottom, "grid"), text(x, bottom + 16, f"{tick:g}", "small", "middle")]
    for number, (name, ours, client, server, latency) in enumerate(rows):
        y, start = top + 24 * number, left
        parts.append(text(20, y + 14, name, "ours" if ours else ""))
        for kind, ns in (("client", client), ("server", server)):
            parts.append(f'  <rect x="{start:.1f}" y="{y + 3}" width="{ns / 1000 * scale:.1f}" height="14" class="{kind}"/>')
            start += ns / 1000 * scale
        mark = left + latency / 1000 * scale
        parts += [line(mark, y, mark, y + 20, "latency"),
                  text(max(start, mark) + 7, y + 14, microseconds(client + server), "small")]
    return svg(left + width + 60, bottom + 34, "A session looked up, or a token verified",
               "Microseconds of CPU on both sides, and the median latency, for each way. The table in "
               "docs/performance.md has the same figures.", parts)
