"""How long a launch takes, from what is counted of it and `limits`.

A launch's groups are dealt out to all units; the unit with the most of them decides. It has `n`
groups, of which as many run at once as registers, local memory and work-items allow, `at once`. Then
the launch takes LAUNCH and the longest of

- memory: every byte once (and as often as the kernel reads its operand), at the bandwidth, or at what
  is under way at once over the latency;
- products: FLOP of the busiest unit, of whole tiles where there are such, over the unit's share of
  the peak, less where it holds too few work-items;
- staging: bytes that the unit's groups bring into local memory, over the cache's bandwidth, or what
  is under way over the latency; and what the products read of local memory;
- operand: instructions for elements that pass through registers on their way, and the sums of
  normalized rows, whose loads wait for each other.

A launch of two convolutions (`expansion`) does its products and then its filters, panel by panel; where
only one group runs at once, they and the waits before them follow each other. What fold adds up is
read by each of its groups (`staging`).
"""

import math
from dataclasses import dataclass
from functools import cached_property

import expansion
import limits


@dataclass(frozen=True)
class Launch:
    kernel: str  # file:entry
    parameters: str
    groups: int
    group_size: int
    flops: int
    bytes: int
    registers: int = 40  # of a work-item
    local_bytes: int = 0  # of a group

    @cached_property
    def numbers(self):
        pairs = (word.split("=") for word in self.parameters.split() if "=" in word)
        return {name: int(value) for name, value in pairs}

    @cached_property
    def rates(self):
        return limits.kernel(self.kernel)

    @property
    def name(self):
        return self.kernel.split(":")[1]

    # Where the work is.

    @property
    def unit_groups(self):
        return math.ceil(self.groups / limits.UNITS)

    @property
    def at_once(self):
        """Groups that run on the busiest unit at the same time."""
        items = max(32, self.group_size)
        return max(1, min(
            self.unit_groups, limits.GROUPS, limits.ITEMS // items,
            limits.REGISTERS // (self.registers * items),
            limits.LOCAL_BYTES // (self.local_bytes + limits.LOCAL_ROOM)))

    @property
    def rounds(self):
        return math.ceil(self.unit_groups / self.at_once)

    @property
    def busy_units(self):
        return min(limits.UNITS, self.groups)

    # The tiles of a convolution or a product.

    @cached_property
    def is_convolution(self):
        return "convolution" in self.name and "BM" in self.numbers

    @cached_property
    def depth(self):
        """Of the sum of an output of a group; nil for what is no product in tiles."""
        n = self.numbers
        if self.is_convolution:
            taps = n["KH"] * n["KW"]
            return math.ceil(taps * n["depth"] / n.get("PARTS", 1))
        if "matmul" in self.name and "BM" in n:
            return min(n["depth"], n.get("part_depth", n["depth"]))
        return None

    @property
    def element(self):
        return 2 if "matrix" in self.name or "warpgroup" in self.name else 4

    @property
    def group_staged(self):
        """Bytes that a group brings into local memory."""
        return self.depth * (self.numbers["BM"] + self.numbers["BN"]) * self.element

    @property
    def group_flight(self):
        """Bytes of those that are under way at once."""
        n = self.numbers
        if "STAGES" not in n:
            return 16 * self.group_size
        ahead = n["STAGES"] - (2 if "warpgroup" in self.name else 1)
        slice_depth = n.get("BK", 32)
        operand = 1 if self.prepared else ahead
        return slice_depth * self.element * (n["BM"] * operand + n["BN"] * ahead)

    @property
    def group_local(self):
        """Bytes that a group's products read of local memory."""
        n = self.numbers
        if "warpgroup" in self.name:
            rows, columns = 64, n["BN"]
        elif "WM" in n:
            rows, columns = n["WM"], n["WN"]
        else:
            rows, columns = 4 * n["TM"], 8 * n["TN"]
        share = 1 / rows + 1 / columns
        return n["BM"] * n["BN"] * self.depth * share * self.element

    @property
    def prepared(self):
        """Instructions for an element of the operand; 0 where it is copied as it is."""
        words = self.parameters.split()
        hook = next((word for word in words if word.split(":")[0] == "PROLOGUE"), None)
        cost = limits.AFFINE if self.numbers.get("NORMALIZATION") else 0
        if hook is None or not self.is_convolution:
            return cost if self.is_convolution else 0
        return cost + (limits.ACTIVATION if ":" in hook else limits.AFFINE)

    # Seconds.

    @cached_property
    def terms(self):
        if "DEPTH" in self.numbers:
            return expansion.terms(self)
        terms = {"memory": self.memory, "products": self.products}
        if self.name == "fold":
            terms["staging"] = self.added_parts
        if self.depth:
            terms["staging"] = self.staging
            if self.prepared:
                terms["operand"] = self.operand
        return terms

    @property
    def seconds(self):
        return limits.LAUNCH + max(self.terms.values())

    @property
    def limit(self):
        """What takes the longest."""
        longest = max(self.terms, key=self.terms.get)
        return longest if self.terms[longest] > limits.LAUNCH else "launch"

    @property
    def memory(self):
        group = self.group_flight if self.depth else self.rates.flight * self.group_size
        flight = group * self.at_once * self.busy_units
        return self.bytes * self.rates.passes / min(limits.MEMORY, flight / limits.LATENCY)

    @property
    def products(self):
        n, flops = self.numbers, self.flops / self.groups
        if self.depth:
            flops = 2 * n["BM"] * n["BN"] * self.depth
        fill = min(1, self.at_once * self.group_size / self.rates.full)
        unit = self.rates.peak / limits.UNITS * self.rates.share * fill
        return self.unit_groups * flops / unit

    @property
    def staging(self):
        rate = min(
            limits.UNIT_CACHE, limits.CACHE / self.busy_units,
            self.at_once * self.group_flight / limits.LATENCY)
        return self.unit_groups * max(self.group_staged / rate, self.group_local / limits.LOCAL)

    @property
    def added_parts(self):
        """Of a head, by every group that folds some of its columns."""
        n = self.numbers
        size = n["parts"] * (n["CHANNELS"] + 2) * n["lanes"] * 4
        flight = self.at_once * self.rates.flight * self.group_size
        rate = min(limits.UNIT_CACHE, limits.CACHE / self.busy_units, flight / limits.LATENCY)
        return self.unit_groups * size / rate

    @property
    def operand(self):
        n = self.numbers
        elements = n["BM"] * self.depth
        seconds = self.unit_groups * elements * self.prepared / (limits.LANES * limits.CLOCK)
        if n.get("NORMALIZATION"):
            # A row's vectors are dealt out to 8 sums.
            loads = math.ceil(math.ceil(n["depth"] / 32) / limits.COLUMNS_AT_ONCE)
            passes = 1 if n["NORMALIZATION"] == 3 else 2
            seconds += self.rounds * passes * loads * limits.LATENCY
        return seconds
