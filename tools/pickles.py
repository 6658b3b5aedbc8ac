"""Reads what `torch.save` writes, without PyTorch and without running what a pickle says.

A pickle can name any function of Python and have it called. Here names lead to the few things that
tensors and plain containers are made of; objects of all other classes become empty ones that keep
their state, and their code is not even imported. Tensors stay in the file until their bytes are
asked for.
"""

import itertools
import math
import mmap
import pickle
import zipfile

# Elements by the storages that PyTorch names, as safetensors calls them, and their bytes.
STORAGES = {
    "FloatStorage": "F32", "DoubleStorage": "F64", "HalfStorage": "F16", "BFloat16Storage": "BF16",
    "LongStorage": "I64", "IntStorage": "I32", "ShortStorage": "I16", "CharStorage": "I8",
    "ByteStorage": "U8", "BoolStorage": "BOOL", "Float8_e4m3fnStorage": "F8_E4M3",
    "Float8_e5m2Storage": "F8_E5M2"}
DTYPES = {
    "float32": "F32", "float64": "F64", "float16": "F16", "bfloat16": "BF16", "int64": "I64",
    "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8", "bool": "BOOL",
    "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2"}
SIZES = {
    "F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "I16": 2, "U8": 1, "I8": 1,
    "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1}
MAGIC = 0x1950A86A20F9469CFC6C


class Unreadable(Exception):
    """Why a file is no checkpoint that can be read; one line."""


class Forgotten:
    """What becomes of an object of a class that is not known here."""

    state = None

    def __new__(cls, *_, **__):
        return super().__new__(cls)

    def __init__(self, *_, **__):
        pass

    def __setstate__(self, state):
        self.state = state

    def __setitem__(self, *_):
        pass

    def append(self, _):
        pass

    def extend(self, _):
        pass


class Named(dict):
    """A dictionary of whatever class."""

    def __init__(self, *given):
        super().__init__(*[pairs for pairs in given if isinstance(pairs, (dict, list))])


class Storage:
    """Elements that tensors share; their place in the file is known later."""

    def __init__(self, dtype, count):
        self.dtype, self.count, self.view = dtype, count, memoryview(b"")


class Tensor:
    """A tensor whose elements are in a storage: (offset + sum of index * stride)."""

    def __init__(self, storage, offset, shape, strides, dtype=None):
        self.storage, self.offset = storage, offset
        self.shape, self.strides = tuple(shape), tuple(strides)
        self.dtype = dtype or storage.dtype
        numbers = [offset, *self.shape, *self.strides]
        if len(self.shape) != len(self.strides) or not all(
                type(number) is int and 0 <= number < 1 << 60 for number in numbers):
            raise Unreadable("a tensor has no possible shape")

    @property
    def count(self):
        return math.prod(self.shape)

    def bytes(self):
        """The elements in row-major order."""
        size, last = SIZES[self.dtype], self.offset
        for extent, stride in zip(self.shape, self.strides):
            last += (extent - 1) * stride
        if not self.count:
            return b""
        view = self.storage.view
        if (last + 1) * size > len(view):
            raise Unreadable("a tensor reaches beyond what is stored: is the file whole?")
        view = view[self.offset * size:(last + 1) * size]
        return view if len(view) == self.count * size and self.is_row_major else self.gathered(view)

    @property
    def is_row_major(self):
        step = 1
        for extent, stride in reversed(list(zip(self.shape, self.strides))):
            if extent > 1 and stride != step:
                return False
            step *= extent
        return True

    def gathered(self, view):
        """Line by line along the longest axis."""
        form = {1: "B", 2: "H", 4: "I", 8: "Q"}[SIZES[self.dtype]]
        result = bytearray(self.count * SIZES[self.dtype])
        source, target = view.cast(form), memoryview(result).cast(form)
        steps = [1]
        for extent in reversed(self.shape[1:]):
            steps.insert(0, steps[0] * extent)
        axis = max(range(len(self.shape)), key=self.shape.__getitem__)
        others = [range(extent) if i != axis else [0] for i, extent in enumerate(self.shape)]
        for index in itertools.product(*others):
            begin = sum(i * stride for i, stride in zip(index, self.strides))
            place = sum(i * step for i, step in zip(index, steps))
            length, stride, step = self.shape[axis], self.strides[axis], steps[axis]
            for k in range(length) if stride == 0 else ():
                target[place + k * step] = source[begin]
            if stride:
                target[place:place + (length - 1) * step + 1:step] = (
                    source[begin:begin + (length - 1) * stride + 1:stride])
        return result


def rebuilt(storage, offset, shape, strides, *_):
    return Tensor(storage, offset, shape, strides)


def rebuilt_v3(storage, offset, shape, strides, _, __, dtype, *___):
    return Tensor(storage, offset, shape, strides, dtype)


def same(value, *_):
    return value


def of_type(function, _, arguments, *__):
    return function(*arguments) if function in REBUILDERS else Forgotten()


REBUILDERS = [rebuilt, rebuilt_v3, same]
KNOWN = {
    ("torch._utils", "_rebuild_tensor"): rebuilt, ("torch._utils", "_rebuild_tensor_v2"): rebuilt,
    ("torch._utils", "_rebuild_tensor_v3"): rebuilt_v3,
    ("torch._utils", "_rebuild_parameter"): same,
    ("torch._utils", "_rebuild_parameter_with_state"): same,
    ("torch._tensor", "_rebuild_from_type_v2"): of_type, ("torch", "Size"): tuple,
    ("collections", "OrderedDict"): Named, ("collections", "defaultdict"): Named,
    ("collections", "Counter"): Named,
} | {(builtins, kind.__name__): kind
     for builtins in ["builtins", "__builtin__"] for kind in [set, frozenset, list, tuple]}


class Reader(pickle.Unpickler):
    """One pickle; storages are made by `storage(dtype, key, count)`."""

    def __init__(self, file, storage=None):
        super().__init__(file, encoding="utf-8", errors="surrogateescape")
        self.storage, self.classes = storage, {}

    def find_class(self, module, name):
        if (module, name) in KNOWN:
            return KNOWN[module, name]
        if module == "torch" and name in DTYPES:
            return DTYPES[name]
        return self.classes.setdefault((module, name), type(str(name), (Forgotten,), {}))

    def persistent_load(self, identifier):
        if not isinstance(identifier, tuple) or identifier[:1] not in [("storage",), ("module",)]:
            raise Unreadable("it refers to what is not in the file")
        if identifier[0] == "module":
            return identifier[1]
        kind, key, _, count = identifier[1:5]
        dtype = STORAGES.get(getattr(kind, "__name__", ""), "U8")
        return self.storage(dtype, key, count)


def stored_view(archive, file, name):
    """The bytes of an entry, without a copy where it is stored as it is."""
    entry = archive.getinfo(name)
    if entry.compress_type != zipfile.ZIP_STORED:
        return memoryview(archive.read(name))
    head = entry.header_offset
    name_length, extra_length = (
        int.from_bytes(file[head + at:head + at + 2], "little") for at in (26, 28))
    begin = head + 30 + name_length + extra_length
    if begin + entry.file_size > len(file):
        raise Unreadable("it ends before its last tensor: the download broke off")
    return memoryview(file)[begin:begin + entry.file_size]


def read_archive(path, file):
    """What torch.save writes since version 1.6."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        root = min((n for n in names if n.endswith("data.pkl")), key=len, default=None)
        if root is None:
            raise Unreadable("a zip archive, but none of PyTorch; unpack it first")
        root, storages = root[:-len("data.pkl")], {}
        if root + "byteorder" in names and archive.read(root + "byteorder") == b"big":
            raise Unreadable("it was saved on a big-endian machine")

        def storage(dtype, key, count):
            if key not in storages:
                storages[key] = Storage(dtype, count)
                storages[key].view = stored_view(archive, file, f"{root}data/{key}")
            return storages[key]

        with archive.open(root + "data.pkl") as pickled:
            return Reader(pickled, storage).load()


def read_bare(path, file):
    """What torch.save wrote before: a few pickles, and the storages behind them."""
    storages = {}

    def storage(dtype, key, count):
        return storages.setdefault(key, Storage(dtype, count))

    with open(path, "rb") as pickled:
        content = Reader(pickled, storage).load()
        if content != MAGIC:
            return content
        for _ in range(2):
            Reader(pickled).load()
        content = Reader(pickled, storage).load()
        keys, place = Reader(pickled).load(), pickled.tell()
        for key in keys:
            size = storages[key].count * SIZES[storages[key].dtype]
            storages[key].view = memoryview(file)[place + 8:place + 8 + size]
            place += 8 + size
        return content


def load(path):
    """The object that was saved; raises Unreadable."""
    try:
        with open(path, "rb") as opened:
            file = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        is_archive = file[:4] == b"PK\x03\x04"
        return (read_archive if is_archive else read_bare)(path, file)
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable("there is not enough memory for it") from None
    except zipfile.BadZipFile:
        raise Unreadable("a zip archive without its end: the download broke off") from None
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from None
    except Exception as error:
        raise Unreadable(f"no checkpoint of PyTorch, or a damaged one ({error})") from None
