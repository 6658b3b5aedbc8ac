"""Networks that enlarge, as PyTorch and ncnn store them."""

import array
import struct

from cases import Case, drawn
from torch_files import Tensor


def compact(features=4, layers=1, scale=2):
    """The parameters of a small SRVGGNetCompact under their own names."""
    widths = [3] + (layers + 1) * [features]
    shapes = {}
    for index, (inner, out) in enumerate(zip(widths, [*widths[1:], 3 * scale * scale])):
        shapes[f"body.{2 * index}.weight"] = (out, inner, 3, 3)
        shapes[f"body.{2 * index}.bias"] = (out,)
        if index <= layers:
            shapes[f"body.{2 * index + 1}.weight"] = (features,)
    return {name: drawn(name, shape) for name, shape in shapes.items()}


class Upscalers(Case):
    def setUp(self):
        super().setUp()
        self.tensors = compact()
        self.draw(6, 10)

    def write_ncnn(self, stores_halves):
        """The network as ncnn has it; returns it as it is then."""
        lines, content, kept = [], b"", {}
        for index in range(5):
            weight = self.tensors[f"body.{index}.weight"]
            values = array.array("f", weight.data)
            if len(weight.shape) == 1:
                lines.append(f"PReLU p{index} 1 1 {index} {index + 1} 0={len(values)}")
                content += values.tobytes()
                kept[f"body.{index}.weight"] = weight
                continue
            halves = struct.pack(f"<{len(values)}e", *values)
            lines.append(
                f"Convolution c{index} 1 1 {index} {index + 1} 0={weight.shape[0]} 1=3 4=1 5=1 "
                f"6={len(values)}")
            if stores_halves:
                content += struct.pack("<I", 0x01306B47) + halves + bytes(-len(halves) % 4)
                weight = Tensor("F16", weight.shape, halves)
            else:
                content += bytes(4) + values.tobytes()
            bias = self.tensors[f"body.{index}.bias"]
            content += array.array("f", bias.data).tobytes()
            kept |= {f"body.{index}.weight": weight, f"body.{index}.bias": bias}
        head = ["7767517", f"{len(lines) + 1} 6", "Input in 0 1 0"]
        (self.folder / "net.param").write_text("\n".join([*head, *lines]) + "\n")
        (self.folder / "net.bin").write_bytes(content)
        return kept

    def test_averages_of_basicsr(self):
        plain = {"params": compact(5), "params_ema": self.tensors}
        self.succeeds(self.folder.convert(
            self.folder.save(plain, "net.pth"), "-o", "net", "--licence", "CC0-1.0"))
        said = self.succeeds(self.folder.limpid("inspect", "net")).stdout
        self.assertIn("SRVGGNetCompact", said)
        self.assertIn('licence: "CC0-1.0"', said)
        bare = self.folder.save_tensors(self.tensors, "net.safetensors")
        self.assertEqual(self.restored("net", "a.png"), self.restored(bare, "b.png"))
        self.assertNotEqual(
            self.restored(bare, "c.png", "--scale", "1"), self.restored(bare, "d.png"))
        width, height = struct.unpack(">II", (self.folder / "d.png").read_bytes()[16:24])
        self.assertEqual((width, height), (20, 12))

    def test_ncnn(self):
        for stores_halves in [False, True]:
            kept = self.write_ncnn(stores_halves)
            name = f"net{stores_halves}"
            self.succeeds(self.folder.convert("net.param", "-o", name))
            bare = self.folder.save_tensors(kept, "net.safetensors")
            self.assertEqual(self.restored(name, f"{name}.png"), self.restored(bare, f"{name}b.png"))

    def test_damaged_ncnn_is_one_line(self):
        self.write_ncnn(True)
        content = (self.folder / "net.bin").read_bytes()
        for damaged, reason in [(content[:-4], "ends early"), (content + bytes(4), "is longer")]:
            (self.folder / "net.bin").write_bytes(damaged)
            self.fails(self.folder.convert("net.param", "-o", "net"), reason)
        text = (self.folder / "net.param").read_text()
        (self.folder / "net.param").write_text(text.replace("6=108", "6=-8"))
        self.fails(self.folder.convert("net.param", "-o", "net"), "6 is -8")
