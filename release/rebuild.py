"""Released weights → the files that were released with them, made anew."""

from __future__ import annotations

import os
from pathlib import Path

from safetensors import SafetensorError

from pipeline import export, keras_file
from pipeline.errors import PocketDigitsError
from pipeline.quantized_network import QuantizedNetwork, description
from pipeline.quiet import quiet
from release import assemble, bundle, sbom
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
        network, source = _read(weights, architecture.name)
        module = scratch / export.module_file(architecture.name)
        module.write_text(export.model_module(network, source), encoding="utf-8", newline="\n")
        parts.append(
            assemble.Part(
                row=rows[architecture.name],
                about=architecture.about,
                module=module,
                network=network,
                keras=_keras(network, scratch),
                source=source,
            )
        )
    provenance = Provenance(manifest.version, manifest.commit, manifest.dataset)
    assemble.assemble(new, prefix, parts, provenance, rojo, darklua)
    sbom.write(new, provenance, TOOLS)


def _read(weights: Path, name: str) -> tuple[QuantizedNetwork, str]:
    """Return a released network, and the fingerprint that its module carries."""
    try:
        network, source = QuantizedNetwork.load(weights), str(description(weights)["source"])
    except (KeyError, TypeError, ValueError, SafetensorError) as error:
        raise PocketDigitsError(
            f"{weights}: not weights of a release: {error!r}; get the file again"
        ) from error
    if network.name != name:
        raise PocketDigitsError(
            f"{weights}: weights of {network.name!r}, expected {name!r}; get the file again"
        )
    return network, source


def _keras(network: QuantizedNetwork, scratch: Path) -> Path:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with quiet():
        from pipeline import networks  # noqa: PLC0415 - loads Keras

    path = scratch / f"{network.name}.keras"
    keras_file.save(networks.shipped(network.name, network.layers), path)
    return path
