"""Numbers as blocks of GGUF files: a few bits each, and scales that numbers share.

| type | numbers | bytes | a block |
|---|---|---|---|
| Q8_0 | 32 | 34 | scale f16, 32 codes of 8 bits with sign |
| Q4_K | 256 | 144 | scale and shift f16, 8 scales and 8 shifts of 6 bits, 256 codes of 4 bits |
| Q6_K | 256 | 210 | codes less 32, of 4 low and 2 high bits; 16 scales of 8 bits, scale f16 |

Q8_0 is what PyPI `gguf` makes, bit for bit. For Q4_K and Q6_K, which `gguf` unpacks only, the scale
and the shift of every group are searched: a few steps, a little finer or coarser than the group's
range asks for, each give codes; the best scale and shift for given codes follow from least squares;
the codes with the smallest error are taken. Rounding all scales of a block to 6 or 8 bits comes next,
and then its two factors are fitted to the codes once more. Squared error, relative to the numbers,
of a normal distribution:

| | range alone | searched |
|---|---|---|
| Q4_K | 0.00616 | 0.00501 |
| Q6_K | 0.000354 | 0.000279 |

The numbers of a group are the first axis here, so that sums over groups go through memory in order.
"""

import numpy as np

# Number in the format, numbers and bytes of a block.
TYPES = {
    "F32": (0, 1, 4), "F16": (1, 1, 2), "Q8_0": (8, 32, 34), "Q4_K": (12, 256, 144),
    "Q6_K": (14, 256, 210)}
# What halves hold, such as scales.
LARGEST = 65504
# Into how many steps a group's range is cut, and by how much of a step its end is moved.
Q4_K_SEARCH = [(steps, moved) for steps in (15, 15.5) for moved in (-0.5, -0.25, 0, 0.25)]
# How many steps the largest number of a group is long.
Q6_K_SEARCH = [32, 31, 30, 29, 28]


def fits(kind, row):
    """Whether rows of so many numbers are whole blocks."""
    return row % TYPES[kind][1] == 0


def size(kind, count):
    """In bytes."""
    _, numbers, taken = TYPES[kind]
    return count // numbers * taken


def packed(kind, numbers):
    """The blocks of float32 numbers, rows of whole blocks, as an array of bytes."""
    if kind in PACKERS:
        return PACKERS[kind](numbers.reshape(-1, TYPES[kind][1])).reshape(-1)
    return numbers.astype({"F32": np.float32, "F16": np.float16}[kind]).reshape(-1).view(np.uint8)


def inverse(values):
    """1 / values, and 0 for 0 and what is too small for its inverse."""
    normal = np.abs(values) >= np.finfo(np.float32).tiny
    return np.divide(1, values, out=np.zeros_like(values), where=normal)


def halves(values):
    return values.astype(np.float16).astype(np.float32)


def half_bytes(values):
    return values.astype(np.float16).reshape(-1, 1).view(np.uint8)


def q8_0(numbers):
    scale = np.abs(numbers).max(1, keepdims=True) / np.float32(127)
    codes = numbers * inverse(scale)
    # Halves are rounded away from zero.
    whole = np.trunc(codes)
    whole += np.trunc(2 * (codes - whole))
    return np.concatenate([half_bytes(scale), whole.astype(np.int8).view(np.uint8)], 1)


def grouped(numbers, length):
    """(length, groups of a block, blocks)."""
    return np.ascontiguousarray(numbers.reshape(len(numbers), -1, length).transpose(2, 1, 0))


def by_block(values):
    """What has the blocks last, with them first and the rest of a block behind each other."""
    return np.ascontiguousarray(values.T).reshape(values.shape[-1], -1)


class Sums:
    """Those over the groups of numbers x that least squares take of codes q."""

    def __init__(self, x):
        self.x, self.product, self.total = x, np.empty_like(x), x.sum(0)

    def of(self, q):
        """The sums of q, q q and q x."""
        squares = np.multiply(q, q, out=self.product).sum(0)
        return q.sum(0), squares, np.multiply(q, self.x, out=self.product).sum(0)


# MARK: - Q4_K: x is scale * code - shift, with codes from 0 to 15 and no negative shift.


def q4_k_codes(x, scale, shift, out):
    steps = inverse(scale)
    np.multiply(x, steps, out=out)
    out += shift * steps
    np.rint(out, out=out)
    return np.clip(out, 0, 15, out=out)


def q4_k_groups(x, sums, q):
    """The scale and the shift of every group before they are rounded."""
    low, high = np.minimum(x.min(0), 0), x.max(0)
    best = np.full_like(low, np.inf)
    scale, shift = np.zeros_like(low), np.zeros_like(low)
    for steps, moved in Q4_K_SEARCH:
        step = (high - low) / np.float32(steps)
        q4_k_codes(x, step, np.float32(moved) * step - low, q)
        codes, squares, products = sums.of(q)
        found = (len(x) * products - codes * sums.total) * inverse(len(x) * squares - codes * codes)
        offset = (found * codes - sums.total) / np.float32(len(x))
        positive = offset < 0
        found = np.where(positive, products * inverse(squares), found)
        offset = np.where(positive, 0, offset)
        # Less the numbers' own squares, which are the same for all.
        error = offset * sums.total - found * products
        better = error < best
        for kept, new in [(best, error), (scale, found), (shift, offset)]:
            np.copyto(kept, new, where=better)
    return scale, shift


def q4_k_factors(scale, shift, sums, q):
    """The factors of a block's scales and shifts that fit codes best, and whether there are any."""
    codes, squares, products = sums.of(q)
    ss, st = (scale * scale * squares).sum(0), (scale * shift * codes).sum(0)
    tt = len(q) * (shift * shift).sum(0)
    sx, tx = (scale * products).sum(0), (shift * sums.total).sum(0)
    both = ss * tt - st * st
    apart = both > 1e-6 * ss * tt
    first = np.where(apart, (sx * tt - st * tx) * inverse(both), sx * inverse(ss))
    second = np.where(apart, (st * sx - ss * tx) * inverse(both), 0)
    return halves(first), halves(second), (first > 0) & (second >= 0)


def q4_k(numbers):
    x = grouped(numbers, 32)
    sums, q = Sums(x), np.empty_like(x)
    scale, shift = q4_k_groups(x, sums, q)
    factor, other = halves(scale.max(0) / 63), halves(shift.max(0) / 63)
    scale = np.minimum(np.rint(scale * inverse(factor)), 63)
    shift = np.minimum(np.rint(shift * inverse(other)), 63)
    q4_k_codes(x, factor * scale, other * shift, q)
    first, second, fitted = q4_k_factors(scale, shift, sums, q)
    factor, other = np.where(fitted, first, factor), np.where(fitted, second, other)
    q4_k_codes(x, factor * scale, other * shift, q)
    scale, shift, q = (by_block(part.astype(np.uint8)) for part in (scale, shift, q))
    # The last four scales and shifts: low bits of their own, high ones above the first four.
    middle = np.concatenate([
        scale[:, :4] | scale[:, 4:] >> 4 << 6, shift[:, :4] | shift[:, 4:] >> 4 << 6,
        scale[:, 4:] & 15 | shift[:, 4:] << 4], 1)
    pairs = q.reshape(-1, 4, 2, 32)
    pairs = (pairs[:, :, 0] | pairs[:, :, 1] << 4).reshape(len(q), -1)
    return np.concatenate([half_bytes(factor), half_bytes(other), middle, pairs], 1)


# MARK: - Q6_K: x is scale * code, with codes from -32 to 31 and scales of either sign.


def q6_k_codes(x, scale, out):
    np.multiply(x, inverse(scale), out=out)
    np.rint(out, out=out)
    return np.clip(out, -32, 31, out=out)


def q6_k(numbers):
    x = grouped(numbers, 16)
    sums, q = Sums(x), np.empty_like(x)
    place = np.abs(x).argmax(0)[None]
    largest = np.take_along_axis(x, place, 0)[0]
    best, scale = np.full_like(largest, np.inf), np.zeros_like(largest)
    for steps in Q6_K_SEARCH:
        q6_k_codes(x, largest / np.float32(-steps), q)
        _, squares, products = sums.of(q)
        found = products * inverse(squares)
        error = -found * products
        better = error < best
        np.copyto(best, error, where=better)
        np.copyto(scale, found, where=better)
    place = np.abs(scale).argmax(0)[None]
    factor = halves(np.take_along_axis(scale, place, 0)[0] / np.float32(-128))
    scale = np.clip(np.rint(scale * inverse(factor)), -128, 127)
    q6_k_codes(x, factor * scale, q)
    _, squares, products = sums.of(q)
    fitted = halves((scale * products).sum(0) * inverse((scale * scale * squares).sum(0)))
    factor = np.where(fitted * factor > 0, fitted, factor)
    q6_k_codes(x, factor * scale, q)
    q, scale = by_block((q + 32).astype(np.uint8)), by_block(scale.astype(np.int8))
    # Halves of 128 numbers, each in four runs of 32.
    q = q.reshape(-1, 2, 4, 32)
    low = q[:, :, :2] & 15 | q[:, :, 2:] << 4
    high = (q >> 4 << np.array([0, 2, 4, 6], np.uint8)[:, None]).sum(2, dtype=np.uint8)
    parts = [low.reshape(len(q), -1), high.reshape(len(q), -1), scale.view(np.uint8)]
    return np.concatenate([*parts, half_bytes(factor)], 1)


PACKERS = {"Q8_0": q8_0, "Q4_K": q4_k, "Q6_K": q6_k}
