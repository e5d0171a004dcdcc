"""What a release was made with, as a CycloneDX bill of materials: `sbom.cdx.json`.

It lists the Python distributions that requirements/pipeline.txt locks and that are installed here,
which needs which, and the Roblox tools. Equal environments give equal bytes: there is no time in
it, and no random number.
"""

from __future__ import annotations

import platform
import re
import uuid
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pipeline import toolchain
from pipeline.fingerprint import REPOSITORY
from release.provenance import Provenance

SBOM_FILE = "sbom.cdx.json"
LOCK = REPOSITORY / "requirements" / "pipeline.txt"
LOCKED = re.compile(r"^([\w.-]+)==", re.MULTILINE)
CLASSIFIER = "License :: OSI Approved :: "


def write(folder: Path, provenance: Provenance, tools: Sequence[str]) -> None:
    """Write the bill of materials of this environment and of the named tools into `folder`."""
    installed = _installed()
    libraries = {name: _library(name, found) for name, found in installed.items()}
    needed = [_python(), *map(_tool, tools), *libraries.values()]
    product = Component(
        type=ComponentType.APPLICATION,
        name="pocket-digits",
        version=provenance.version,
        bom_ref="pocket-digits",
    )
    about = BomMetaData(component=product)
    about.timestamp = None  # type: ignore[assignment] # the format lets it be left out
    bom = Bom(components=needed, metadata=about)
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, str(provenance))
    bom.register_dependency(product, needed)
    for name, found in installed.items():
        bom.register_dependency(
            libraries[name], [libraries[each] for each in _needs(found) if each in libraries]
        )
    text = JsonV1Dot6(bom).output_as_string(indent=2) + "\n"
    (folder / SBOM_FILE).write_text(text, encoding="utf-8", newline="\n")


def _installed() -> dict[str, metadata.Distribution]:
    """Return the locked distributions that are here, by name; some are for other systems."""
    locked = {canonicalize_name(name) for name in LOCKED.findall(LOCK.read_text(encoding="utf-8"))}
    found = {canonicalize_name(each.name): each for each in metadata.distributions()}
    return {name: found[name] for name in sorted(locked & found.keys())}


def _needs(distribution: metadata.Distribution) -> list[str]:
    requirements = map(Requirement, distribution.requires or ())
    return sorted(
        canonicalize_name(each.name)
        for each in requirements
        if each.marker is None or each.marker.evaluate({"extra": ""})
    )


def _library(name: str, distribution: metadata.Distribution) -> Component:
    url = PackageURL("pypi", name=name, version=distribution.version)
    return Component(
        name=name,
        version=distribution.version,
        purl=url,
        bom_ref=str(url),
        licenses=_licenses(distribution),
    )


def _licenses(
    distribution: metadata.Distribution,
) -> list[LicenseExpression | DisjunctiveLicense]:
    """Return what a distribution says of its license, in SPDX's words where it does."""
    about = distribution.metadata.json
    if expression := about.get("license_expression"):
        return [LicenseExpression(str(expression))]
    classifiers = about.get("classifier", [])
    names = [each.removeprefix(CLASSIFIER) for each in classifiers if each.startswith(CLASSIFIER)]
    said = str(about.get("license", "")).strip()
    if not names and said and "\n" not in said:  # some put their license's whole text here
        names = [said]
    return [DisjunctiveLicense(name=name) for name in names]


def _python() -> Component:
    version = platform.python_version()
    return Component(
        type=ComponentType.PLATFORM, name="python", version=version, bom_ref=f"python@{version}"
    )


def _tool(name: str) -> Component:
    tool = toolchain.pinned(name)
    url = PackageURL("github", tool.author.lower(), tool.project.lower(), f"v{tool.version}")
    return Component(
        type=ComponentType.APPLICATION,
        name=tool.name,
        version=tool.version,
        purl=url,
        bom_ref=str(url),
    )
