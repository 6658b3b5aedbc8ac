"""How long a launch of gpu/matrix_depthwise takes: a 1x1 convolution of the pixels of a tile and of a
border around it, and the depthwise one of the tile."""

import math

import limits


def terms(launch):
    n = launch.numbers
    pixels = n["LINES"] * n["SPAN"]
    rows = math.ceil((n["LINES"] + 2) * (n["SPAN"] + 2) / 16) * 16
    panels = n["group_panels"]
    instructions = limits.LANES * limits.CLOCK
    unit = launch.rates.peak / limits.UNITS * launch.rates.share
    fill = min(1, launch.at_once * launch.group_size / launch.rates.full)

    products = panels * 2 * rows * n["BN"] * n["DEPTH"] / (unit * fill)
    affine = limits.AFFINE if n.get("NORMALIZATION") else 1
    gate = next((word for word in launch.parameters.split() if word.split(":")[0] == "GATE"), None)
    functions = 0 if gate is None or ":" not in gate else function(gate) / 2
    busy = pixels  # work-items that have a strip of pixels and two channels
    panel = (
        launch.group_size * limits.PANEL + busy * limits.FILTER_START * (2 if gate else 1)
        + pixels * n["BN"] * (limits.FILTER + functions))
    filters = (rows * n["DEPTH"] * affine + panels * panel) / instructions
    # The operand once, the weights once for every run of lanes.
    runs = launch.group_size / 32
    weights = panels * n["BN"] * n["DEPTH"] * 2
    flight = launch.at_once * launch.rates.flight * launch.group_size
    rate = min(limits.UNIT_CACHE, limits.CACHE / launch.busy_units, flight / limits.LATENCY)
    staged = (rows * n["DEPTH"] * 2 + weights) / rate
    # Weights at every run, results of a panel to local memory and from there three times and more.
    local = (runs * weights + panels * rows * n["BN"] * 2 * (1 + 3.75)) / limits.LOCAL
    waits = n["TILES"] * limits.LATENCY + panels * limits.CACHE_LATENCY

    count = launch.unit_groups
    if launch.at_once == 1:
        products = filters = products + filters + waits
    return {
        "memory": launch.memory, "products": count * products, "operand": count * filters,
        "staging": count * max(staged, local),
        "waits": launch.rounds * waits,
    }


def function(hook):
    return limits.HALF_GELU if hook.endswith(":gelu") else limits.ACTIVATION
