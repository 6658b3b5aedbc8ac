"""What `bundle.json` says of a folder; see tools/bundle and tools/convert."""

import hashlib
import json


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def described(bundle):
    """Every file of a bundle with its size and hash."""
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    return {
        path.relative_to(bundle).as_posix(): {"sha256": digest(path), "size": path.stat().st_size}
        for path in files if path != bundle / "bundle.json"}


def write_description(bundle, description):
    description["files"] = described(bundle)
    (bundle / "bundle.json").write_text(json.dumps(description, indent=2) + "\n")
