"""What `bundle.json` says of a folder; see tools/bundle and tools/convert."""

import hashlib
import json

# What lies beside the parts and may change while they stay what they are.
UNLISTED = {"bundle.json", "choices.json", "precision.json"}


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def described(bundle):
    """Every file of a bundle with its size and hash."""
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    return {
        path.relative_to(bundle).as_posix(): {"sha256": digest(path), "size": path.stat().st_size}
        for path in files if path.name not in UNLISTED or path.parent != bundle}


def shared(bundle, place):
    """What bundle.json says of a part that is all of a bundle beside this one, or a folder of it,
    as NAME or NAME/FOLDER; without its architecture."""
    name, _, inner = place.partition("/")
    home = bundle.resolve().parent / name
    if not (home / "bundle.json").is_file():
        raise SystemExit(f"{home}: it is no bundle")
    if not (home / inner).is_dir():
        raise SystemExit(f"{home / inner}: no such folder")
    return {"bundle": name} | ({"folder": inner} if inner else {})


def neighbours(bundle, components):
    """The bundles that parts are shared with, each with the hash of its description."""
    names = {value["bundle"] for value in components.values() if isinstance(value, dict)}
    return {name: digest(bundle.resolve().parent / name / "bundle.json") for name in sorted(names)}


def write_description(bundle, description):
    shared_with = neighbours(bundle, description["components"])
    if shared_with:
        description["bundles"] = shared_with
    description["files"] = described(bundle)
    (bundle / "bundle.json").write_text(json.dumps(description, indent=2) + "\n")
