"""What a release was made with, as a CycloneDX bill of materials: `sbom.cdx.json`.

It lists the Python distributions that requirements/pipeline.txt locks and that are installed here,
which needs which, and the Roblox tools. Equal environments give equal bytes: there is no time in
it, and no random number.
"""

import platform
import re
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pipeline import toolchain
from pipeline.fingerprint import REPOSITORY
from release.files import PRODUCT, SBOM_FILE
from release.provenance import Provenance

LOCK = REPOSITORY / "requirements" / "pipeline.txt"
LOCKED = re.compile(r"^([\w.-]+)==", re.MULTILINE)
CLASSIFIER = "License :: OSI Approved :: "


def write(folder: Path, provenance: Provenance) -> None:
    """Write the bill of materials of this environment and of the Roblox tools into `folder`."""
    installed = _installed()
    libraries = {}
    for name, each in installed.items():
        url = PackageURL("pypi", name=name, version=each.version)
        libraries[name] = _component(name, each.version, url, licenses=_licenses(each))
    python = _component("python", platform.python_version(), type=ComponentType.PLATFORM)
    needed = [python, *map(_tool, toolchain.TOOLS), *libraries.values()]
    product = Component(
        type=ComponentType.APPLICATION,
        name=PRODUCT,
        version=provenance.version,
        bom_ref=PRODUCT,
    )
    about = BomMetaData(component=product)
    about.timestamp = None  # type: ignore[assignment] # the format lets it be left out
    bom = Bom(components=needed, metadata=about)
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, str(provenance))
    bom.register_dependency(product, needed)
    for name, distribution in installed.items():
        needs = [libraries[each] for each in _needs(distribution) if each in libraries]
        bom.register_dependency(libraries[name], needs)
    text = JsonV1Dot6(bom).output_as_string(indent=2) + "\n"
    (folder / SBOM_FILE).write_text(text, encoding="utf-8", newline="\n")


def _installed() -> dict[str, metadata.Distribution]:
    """Return the locked distributions that are here, by name; some are for other systems."""
    locked = {canonicalize_name(name) for name in LOCKED.findall(LOCK.read_text(encoding="utf-8"))}
    here = {canonicalize_name(each.name): each for each in metadata.distributions()}
    return {name: here[name] for name in sorted(locked & here.keys())}


def _needs(distribution: metadata.Distribution) -> list[str]:
    requirements = map(Requirement, distribution.requires or ())
    return sorted(
        canonicalize_name(each.name)
        for each in requirements
        if each.marker is None or each.marker.evaluate({"extra": ""})
    )


def _component(name: str, version: str, url: PackageURL | None = None, **more: Any) -> Component:  # noqa: ANN401
    reference = str(url) if url else f"{name}@{version}"
    return Component(name=name, version=version, purl=url, bom_ref=reference, **more)


def _licenses(
    distribution: metadata.Distribution,
) -> list[LicenseExpression | DisjunctiveLicense]:
    """Return a distribution's licenses, as an SPDX expression where it has one."""
    about = distribution.metadata.json
    if expression := about.get("license_expression"):
        return [LicenseExpression(str(expression))]
    classifiers = about.get("classifier", [])
    names = [each.removeprefix(CLASSIFIER) for each in classifiers if each.startswith(CLASSIFIER)]
    text = str(about.get("license", "")).strip()
    if not names and text and "\n" not in text:  # some put their license's whole text here
        names = [text]
    return [DisjunctiveLicense(name=name) for name in names]


def _tool(name: str) -> Component:
    tool = toolchain.pinned(name)
    url = PackageURL("github", tool.author.lower(), tool.project.lower(), f"v{tool.version}")
    return _component(tool.name, tool.version, url, type=ComponentType.APPLICATION)
