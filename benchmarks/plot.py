#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what scale.py found as SVG: plot.py build/logs/bench-scale.json docs/performance.svg

Left the questions (processor time of the slowest of its kind, milliseconds), right what a new case costs the processor and how fast
cases were loaded; all axes by tenfold."""
import json
import math
import pathlib
import statistics
import sys

from scale import worst

WIDTH, HEIGHT, LEFT, TOP, INNER = 460, 300, 56, 34, (360, 210)
COLOURS = ["#1f6feb", "#b35900", "#1a7f37", "#8250df", "#cf222e"]


def place(value, low, high, length):
    return (math.log10(value) - math.log10(low)) / (math.log10(high) - math.log10(low)) * length


def tens(low, high):
    return [10.0 ** n for n in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def panel(at, title, curves):
    """One diagram: {name: [(cases, value) ...]}."""
    points = [p for some in curves.values() for p in some]
    xs, ys = tens(min(x for x, _ in points), max(x for x, _ in points)), tens(min(y for _, y in points), max(y for _, y in points))
    xs, ys = (some if len(some) > 1 else [some[0], some[0] * 10] for some in (xs, ys))
    left, floor = at * WIDTH + LEFT, TOP + INNER[1]
    yield f'<text x="{left}" y="20" font-weight="bold">{title}</text>'
    for x in xs:
        px = left + place(x, xs[0], xs[-1], INNER[0])
        yield f'<path d="M{px:.1f} {TOP}V{floor}" stroke="#ddd"/><text x="{px:.1f}" y="{floor + 16}" text-anchor="middle">{x:,.0f}</text>'
    for y in ys:
        py = floor - place(y, ys[0], ys[-1], INNER[1])
        yield f'<path d="M{left} {py:.1f}h{INNER[0]}" stroke="#ddd"/><text x="{left - 6}" y="{py + 4:.1f}" text-anchor="end">{y:g}</text>'
    for number, (name, some) in enumerate(curves.items()):
        dots = [(left + place(x, xs[0], xs[-1], INNER[0]), floor - place(y, ys[0], ys[-1], INNER[1])) for x, y in sorted(some)]
        colour = COLOURS[number]
        yield f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in dots)}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in dots)
        yield f'<text x="{left + 8}" y="{TOP + 14 + 14 * number}" fill="{colour}">{name}</text>'


def draw(results):
    found = list(results.values())
    questions = {s: [(f["cases"], worst(f, "at 1", s, "own_us")) for f in found] for s in ("list", "case", "figure", "word", "map")}
    costs = {"processor time a new case, µs": [(f["cases"], statistics.median(r["server_us_per_case"] for r in f["rounds"])) for f in found],
             "loaded a second": [(f["cases"], f["load_rate"]) for f in found if f.get("load_rate")]}
    costs = {name: some for name, some in costs.items() if some}
    body = [*panel(0, "每个问题的处理器时间，毫秒 processor time of a question, ms", questions), *panel(1, "写入 writing", costs)]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11">'
            f'<rect width="100%" height="100%" fill="#fff"/>{"".join(body)}'
            f'<text x="{WIDTH}" y="{HEIGHT - 12}" text-anchor="middle">案件数 cases</text></svg>\n')


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    pathlib.Path(sys.argv[2]).write_text(draw(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))), encoding="utf-8")
