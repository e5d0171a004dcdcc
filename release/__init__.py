"""Ships what passed: version, bundle, manifest, checksums."""
