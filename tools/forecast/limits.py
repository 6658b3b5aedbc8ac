"""What an H200 can do, and what of it kernels are taken to reach. Every number of a forecast that is
not counted stands here.

The first are NVIDIA's figures; the shares are what others measured of the like (FlashAttention 2
reaches 0.39 of the tensor cores, CUTLASS 0.65 by warpgroups, `mma.sync` never more than 0.65) less a
margin. None of them was measured with these kernels.
"""

from dataclasses import dataclass

UNITS = 132
CLOCK = 1.755e9
LANES = 128  # work-items of a unit that multiply and add in one cycle
REGISTERS, ITEMS, GROUPS, LOCAL_BYTES = 65536, 2048, 32, 227 << 10  # of a unit
LOCAL_ROOM = 1 << 10  # bytes of local memory that a group takes beside its own

MEMORY = 4.8e12 * 0.9  # bytes a second
CACHE = 5.5e12  # bytes a second from the second-level cache to all units
UNIT_CACHE = 64 * CLOCK  # and to one
LOCAL = 128 * CLOCK  # bytes a second of a unit's local memory
LATENCY = 0.6e-6  # seconds from a load to its value
LAUNCH = 3e-6  # seconds between the end of a launch and the work of the next

HALF, SINGLE = 989e12, 67e12  # FLOP a second: tensor cores with half operands, and float32


@dataclass(frozen=True)
class Kernel:
    """What a kernel reaches."""

    peak: float  # FLOP a second
    share: float  # of it, with a unit full of work-items
    full: int = 512  # work-items of a unit that reach the share
    flight: int = 16  # bytes that a work-item loads at once
    passes: int = 1  # how often it reads its operand


KERNELS = {
    "gpu/warpgroup_convolution": Kernel(HALF, 0.6, full=256),
    "gpu/matrix_convolution": Kernel(HALF, 0.45, full=256),
    "gpu/matrix_depthwise": Kernel(HALF, 0.45, full=256, flight=64),
    "gpu/matrix_matmul": Kernel(HALF, 0.4, full=256),
    "gpu/matrix_attention": Kernel(HALF, 0.25, full=256),
    "gpu/convolution": Kernel(SINGLE, 0.6),
    "gpu/matmul": Kernel(SINGLE, 0.6),
    "gpu/attention": Kernel(SINGLE, 0.4),
    # Sums of parts, eight vectors at once.
    "gpu/channel_attention": Kernel(SINGLE, 0.25, flight=128),
    # Eight pairs of halves, or more, at once; read twice.
    "gpu/group_norm_coefficient:group_norm": Kernel(SINGLE, 0.2, flight=32, passes=2),
    # A work-item for a query or a pixel, whose operands lie apart: 32 sectors for a load of 32.
    "portable/attention": Kernel(SINGLE, 0.03, flight=8),
    "portable/convolution": Kernel(SINGLE, 0.03, flight=8),
    "portable/matmul": Kernel(SINGLE, 0.03, flight=8),
    "portable/group_norm_coefficient": Kernel(SINGLE, 0.1, flight=32),
    "portable": Kernel(SINGLE, 0.1),
    "gpu": Kernel(SINGLE, 0.25),
}

# Instructions that an element of a product's operand takes on its way through registers.
AFFINE, ACTIVATION = 8, 32
# Of gpu/matrix_depthwise, counted in what ptxas makes of it: for an element between the two
# convolutions, for GELU of halves, and of a panel for a work-item, and for one with its filter.
FILTER, HALF_GELU, PANEL, FILTER_START = 17, 12, 150, 65
CACHE_LATENCY = 0.3e-6  # seconds from a load to its value where the cache has it
COLUMNS_AT_ONCE = 4  # of every row whose sum a work-item forms


def kernel(name):
    """Of `file:entry`: the entry's, else the file's, else the folder's."""
    file = name.split(":")[0]
    return next(KERNELS[key] for key in (name, file, file.split("/")[0]) if key in KERNELS)
