"""The golden sample of a bundle: a small picture, and what the reference makes of it."""

import random
import struct
import subprocess
import zlib

from bundles import write_description

# One level of a 16-bit sample, and what two devices may differ by.
TOLERANCE = 2e-4


def png(path, width, height, seed):
    """A smooth random RGB picture with 8 bits per sample."""
    generator = random.Random(seed)
    coarse = [generator.random() for _ in range((height // 4 + 1) * (width // 4 + 1) * 3)]
    rows = b""
    for y in range(height):
        rows += b"\0" + bytes(
            int(204 * coarse[((y // 4) * (width // 4 + 1) + x // 4) * 3 + channel]
                + 51 * generator.random())
            for x in range(width) for channel in range(3))

    def chunk(kind, body):
        checksum = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b""))


def add(bundle, description, limpid):
    golden = bundle / "golden"
    golden.mkdir()
    png(golden / "input.png", 40, 24, seed=1)
    subprocess.run(
        [limpid, "restore", "-m", bundle, "-g", "reference", "-i", golden / "input.png",
         "-o", golden / "expected.png", "--bit-depth", "16", "--no-embed-settings", "--quiet"],
        check=True)
    description["golden"] = {
        "input": "golden/input.png", "expected": "golden/expected.png", "tolerance": TOLERANCE}
    write_description(bundle, description)
