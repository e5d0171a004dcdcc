"""Which files a release consists of, by name."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.verdict.report import PAGE_FILE

DIST = Path("dist")
PRODUCT = "pocket-digits"
MANIFEST_FILE = "manifest.json"
CHECKSUMS_FILE = "SHA256SUMS"
INDEX_FILES = (MANIFEST_FILE, CHECKSUMS_FILE)  # which list all others
SBOM_FILE = "sbom.cdx.json"
LOOSE = ("luau", "safetensors", "keras")


def stem(version: str, network: str | None = None) -> str:
    """Return the name, without its kind, of a file with one network, or with all of them."""
    return f"{PRODUCT}-{version}-{network}" if network else f"{PRODUCT}-{version}"


def place_files(version: str, networks: Sequence[str]) -> dict[str, list[str]]:
    """Return the names of the files that Rojo builds, and the networks in each, best first."""
    return {
        f"{stem(version)}.rbxl": list(networks),
        f"{stem(version)}.rbxm": list(networks),
        **{f"{stem(version, name)}.rbxl": [name] for name in networks},
    }


def expected_files(version: str, networks: Sequence[str]) -> set[str]:
    """Return the names of all the files that a release of these networks consists of."""
    loose = {f"{stem(version, name)}.{kind}" for name in networks for kind in LOOSE}
    return {PAGE_FILE, SBOM_FILE, *INDEX_FILES, *loose, *place_files(version, networks)}
