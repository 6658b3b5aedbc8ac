"""The page of a forecast."""

HEAD = """# What an H200 should take

Written by `tools/gpu-forecast` of the launches in `forecast/`: nothing here is measured. The formula
is `tools/forecast/launch.py`, what it takes for granted `tools/forecast/limits.py`. Milliseconds are
of all launches of a kernel, 3 µs for each launch among them; the limit is what takes most of them:
launches, bytes of memory, products, what is staged in local memory, or an operand on its way
through registers, filters of one convolution after another among it. Before is commit 1372503. In
`f16` 128 work-items multiply together (`wgmma`), in `f16 lanes` 32 (`mma.sync`).
"""


def totals(launches):
    """Entry -> (launches, FLOP, bytes, seconds, limit)."""
    rows = {}
    for count, launch in launches:
        row = rows.setdefault(launch.name, [0, 0, 0, 0.0, {}])
        for place, amount in enumerate((1, launch.flops, launch.bytes, launch.seconds)):
            row[place] += count * amount
        row[4][launch.limit] = row[4].get(launch.limit, 0) + count * launch.seconds
    return {name: (*row[:4], max(row[4], key=row[4].get)) for name, row in rows.items()}


def seconds(launches):
    return sum(count * launch.seconds for count, launch in launches)


def milliseconds(value):
    return f"{value * 1e3:.2f}"


def table(now, before):
    now, before = totals(now), totals(before)
    lines = [
        "| kernel | before | ms | now | ms | GFLOP | MB | limit |", "|---|---|---|---|---|---|---|---|"]
    def longest(name):
        return max(rows[name][3] for rows in (now, before) if name in rows)
    for name in sorted(now.keys() | before.keys(), key=longest, reverse=True):
        cells = [name]
        for rows in (before, now):
            cells += [f"{rows[name][0]}", milliseconds(rows[name][3])] if name in rows else ["", ""]
        row = now.get(name, before.get(name))
        cells += [f"{row[1] * 1e-9:.1f}", f"{row[2] * 1e-6:.0f}", row[4]]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def text(now, before):
    """The page, of networks as `records` reads them."""
    lines = [HEAD, "| network | before, ms | now, ms |", "|---|---|---|"]
    for name, launches in now.items():
        old = milliseconds(seconds(before[name])) if name in before else ""
        lines.append(f"| {name} | {old} | {milliseconds(seconds(launches))} |")
    for name, launches in now.items():
        lines += ["", f"## {name}", ""] + table(launches, before.get(name, []))
    return "\n".join(lines) + "\n"
