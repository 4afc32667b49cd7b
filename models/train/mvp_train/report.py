"""Writes learning curves of a run as CSV and SVG.

Reads what `mvp_train.train` logged and `mvp_train.evaluate` measured on the way, or the
log of `mvp_train.gpu.run student`.
"""

import argparse
import csv
import json
import os

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 760, 360, 56, 40, 24
COLOURS = ["#1b6ca8", "#d1495b", "#3a7d44", "#8d5a97", "#c17c00", "#4a4a4a"]


def read_jsonl(path):
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return [json.loads(line) for line in file]


def write_csv(path, rows):
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def smooth(values, keep=0.8):
    out = []
    for v in values:
        out.append(v if not out else keep * out[-1] + (1 - keep) * v)
    return out


def last(row, kind):
    """The key of the deepest exit: `first6` of `first2`, `first4`, `first6`."""
    depths = [int(k.removeprefix(kind)) for k in row if k.startswith(kind) and k.removeprefix(kind).isdigit()]
    return f"{kind}{max(depths)}" if depths else None


def chart(title, curves):
    """`curves`: {name: [(sequences, value)]} → an SVG with the values from 0 to 1 or to their highest."""
    points = [p for curve in curves.values() for p in curve]
    right, high = max(x for x, _ in points) or 1, max(1.0, max(y for _, y in points))

    def place(x, y):
        return (
            f"{LEFT + x / right * (WIDTH - LEFT - 150):.1f},{HEIGHT - BOTTOM - y / high * (HEIGHT - BOTTOM - TOP):.1f}"
        )

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><title>{title}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<text x="{LEFT}" y="16" font-weight="bold">{title}</text>',
    ]
    for step in range(6):
        y = high * step / 5
        (x0, y0), (x1, _) = place(0, y).split(","), place(right, y).split(",")
        out.append(
            f'<path d="M{x0},{y0}H{x1}" stroke="#ddd"/>'
            f'<text x="{LEFT - 6}" y="{float(y0) + 4}" text-anchor="end">{y:.2g}</text>'
        )
        x, y0 = place(right * step / 5, 0).split(",")
        out.append(f'<text x="{x}" y="{float(y0) + 16}" text-anchor="middle">{right * step / 5 / 1000:.3g}k</text>')
    out.append(f'<text x="{LEFT}" y="{HEIGHT - 6}">sequences trained on</text>')
    for i, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[i % len(COLOURS)]
        line = " ".join(place(x, y) for x, y in curve)
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out.append(f'<text x="{WIDTH - 140}" y="{TOP + 20 + 18 * i}" fill="{colour}">{name}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--run", required=True, help="train.py's --out, with evaluate.py's --log in it as evaluations.jsonl"
    )
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    steps, evaluations = (
        read_jsonl(os.path.join(args.run, "log.jsonl")),
        read_jsonl(os.path.join(args.run, "evaluations.jsonl")),
    )
    both = read_jsonl(os.path.join(args.run, "student.jsonl"))
    steps += [row for row in both if last(row, "first")]
    evaluations += [row for row in both if last(row, "mvp") and row.get("weights") != "last"]
    if steps:
        write_csv(os.path.join(args.out, "learning.csv"), steps)
        firsts = {
            name: list(zip([s["sequences"] for s in steps], smooth([s[key] for s in steps]), strict=True))
            for name, key in [(f"{n} layers", f"first{n}") for n in (12, 6, 4, 2)] + [("embedder", "embedder_first")]
            if key in steps[0]
        }
        with open(os.path.join(args.out, "learning.svg"), "w") as file:
            file.write(chart("share of training lists with the positive first", firsts))
    if evaluations:
        write_csv(os.path.join(args.out, "evaluations.csv"), evaluations)
        curves = {}
        for row in sorted(evaluations, key=lambda r: r["sequences"]):
            curves.setdefault(row["set"], []).append((row["sequences"], row[last(row, "mvp")]))
        with open(os.path.join(args.out, "evaluations.svg"), "w") as file:
            file.write(chart("nDCG@10 by the MVP score", curves))


if __name__ == "__main__":
    main()
