"""Released weights → the files that were released with them, made anew."""

import shutil
from pathlib import Path

from safetensors import SafetensorError

from pipeline import export, keras_file
from pipeline.errors import PocketDigitsError
from pipeline.quantized_network import QuantizedNetwork, description
from pipeline.recipe import Entry
from pipeline.stages import Exported, Quantized
from pipeline.toolbox import Toolbox
from release import sbom
from release.assemble import Part, assemble
from release.files import stem
from release.release import Release


def rebuild(release: Release, tools: Toolbox, scratch: Path, new: Path) -> None:
    """Make the files of a release again, in the empty folder `new`.

    Takes the weights from its folder, the measurements from its manifest, and nothing else. Raises
    PocketDigitsError when a weights file does not describe its network.
    """
    manifest = release.manifest
    rows = {row.architecture: row for row in manifest.report.rows}
    parts = []
    for entry in manifest.architectures:
        weights = release.folder / f"{stem(manifest.version, entry.name)}.safetensors"
        exported, source = _export(entry, weights, scratch / entry.name)
        parts.append(Part(exported, rows[entry.name], source))
    assemble(new, parts, manifest.provenance, tools)
    sbom.write(new, manifest.provenance)


def _export(entry: Entry, weights: Path, folder: Path) -> tuple[Exported, str]:
    """Make a network's module and Keras file again; return also its weights' fingerprint."""
    try:
        network, source = QuantizedNetwork.load(weights), str(description(weights)["source"])
    except (KeyError, TypeError, ValueError, SafetensorError) as error:
        raise PocketDigitsError(
            f"{weights}: not weights of a release: {error!r}; get the file again"
        ) from error
    if network.name != entry.name:
        raise PocketDigitsError(
            f"{weights}: weights of {network.name!r}, expected {entry.name!r}; get the file again"
        )
    folder.mkdir()
    exported = Exported(entry, folder, Quantized(entry, folder))
    shutil.copyfile(weights, exported.quantized.weights_file)
    module = export.model_module(network, source)
    exported.model_file.write_text(module, encoding="utf-8", newline="\n")
    from pipeline import networks  # noqa: PLC0415 - loads Keras

    keras_file.save(networks.shipped(network.name, network.layers), exported.quantized.keras_file)
    return exported, source
