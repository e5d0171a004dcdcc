"""Released weights → the files that were released with them, made anew."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
from safetensors import SafetensorError

from pipeline import export
from pipeline.architecture import Architecture
from pipeline.errors import PocketDigitsError
from pipeline.quantized import (
    GOLDEN_FILE,
    NETWORK_FILE,
    PROBABILITIES_FILE,
    SETTINGS_FILE,
    WEIGHTS_FILE,
    Quantized,
    reproducible,
)
from pipeline.quiet import quiet
from release import assemble, bundle, sbom, stamp
from release.manifest import TOOLS, Manifest
from release.provenance import Provenance


def rebuild(
    folder: Path, manifest: Manifest, rojo: Path, darklua: Path, scratch: Path, new: Path
) -> None:
    """Make the files of the release in `folder` again, in the empty folder `new`.

    Only the weights are taken from there, and the figures from its manifest. Raises
    PocketDigitsError when a weights file does not say what its network is.
    """
    prefix = f"{bundle.PRODUCT}-{manifest.version}"
    rows = {row.architecture: row for row in manifest.report.rows}
    parts = []
    for architecture in manifest.architectures:
        weights = folder / f"{prefix}-{architecture.name}.safetensors"
        stage = scratch / architecture.name
        stage.mkdir()
        try:
            source = _restore(weights, stage)
        except (KeyError, TypeError, ValueError, SafetensorError) as error:
            raise PocketDigitsError(
                f"{weights}: not weights of a release: {error!r}; get the file again"
            ) from error
        ready = Quantized.read(stage)
        module = stage / export.module_file(architecture.name)
        text = export.model_module(
            architecture.name,
            ready.layers,
            dataset=ready.dataset,
            source=source,
            uncertain_below=ready.uncertain_below,
            looks_again_below=ready.looks_again_below,
        )
        module.write_text(text, encoding="utf-8", newline="\n")
        parts.append(
            assemble.Part(
                row=rows[architecture.name],
                about=architecture.about,
                module=module,
                weights=stage / WEIGHTS_FILE,
                keras=_keras(architecture, ready, stage),
                source=source,
                uncertain_below=ready.uncertain_below,
                looks_again_below=ready.looks_again_below,
            )
        )
    provenance = Provenance(manifest.version, manifest.commit, manifest.dataset)
    assemble.assemble(new, prefix, parts, provenance, rojo, darklua)
    sbom.write(new, provenance, TOOLS)


def _restore(weights: Path, stage: Path) -> str:
    """Put a stage of quantized weights together again; return the hash that its module carries.

    What Keras answered to the test images is in no release, and left empty.
    """
    said = stamp.description(weights)
    if said["architecture"] != stage.name:
        raise ValueError(f"they are of {said['architecture']!r}")
    settings = {
        key: said[key] for key in ("dataset", "layers", "uncertain_below", "looks_again_below")
    }
    shutil.copyfile(weights, stage / WEIGHTS_FILE)
    (stage / SETTINGS_FILE).write_text(json.dumps(settings), encoding="utf-8")
    np.save(stage / PROBABILITIES_FILE, np.zeros((0, 10), np.float32))
    np.save(stage / GOLDEN_FILE, np.zeros((0, 28, 28), np.uint8))
    return str(said["source"])


def _keras(architecture: Architecture, ready: Quantized, stage: Path) -> Path:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with quiet():
        from pipeline import networks  # noqa: PLC0415 - loads Keras

    path = stage / NETWORK_FILE
    networks.shipped(architecture.name, ready.layers).save(path)
    path.write_bytes(reproducible(path.read_bytes()))
    return path
