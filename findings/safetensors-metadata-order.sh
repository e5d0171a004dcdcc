#!/usr/bin/env bash
# safetensors 0.8.0: equal tensors and equal metadata give other bytes in each process.
#
# `safetensors.numpy.save` writes the entries of `metadata` in an order that changes from process to
# process, so a file with two or more entries is not reproducible, and its checksum proves nothing.
# With one entry the bytes are equal. Whoever wants equal bytes puts everything into one entry.
# Seen: 8 processes wrote 8 different files with eight entries, and 1 file with one entry.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet safetensors==0.8.0 numpy==2.2.6
cat > "$work/save.py" <<'PYTHON'
import hashlib
import sys

import numpy as np
from safetensors.numpy import save

metadata = {name: "value" for name in sys.argv[1]}
data = save({"weights": np.zeros(1, np.float32)}, metadata)
print(hashlib.sha256(data).hexdigest())
PYTHON
different() {
  for _ in 1 2 3 4 5 6 7 8; do "$work/venv/bin/python" "$work/save.py" "$1"; done | sort -u | wc -l
}
several=$(different abcdefgh)
one=$(different a)
echo "8 processes: $several different files with eight entries of metadata, $one with one entry"
[ "$several" -gt 1 ] && [ "$one" -eq 1 ]
