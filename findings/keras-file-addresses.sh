#!/usr/bin/env bash
# Keras 3.15.1: a `.keras` file holds memory addresses, so equal networks give unequal files.
#
# Beside the date in metadata.json, config.json numbers objects that layers share (a dtype policy
# here) by `id()`, the address of the object in the process that saved. Even without the date, two
# processes that save the same network from the same seed write different config.json entries.
# Numbering the ids in their order of appearance makes the files equal.
# Seen: 4 processes wrote 4 different config.json; with the ids renumbered, 1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet keras==3.15.1 numpy==2.2.6
cat > "$work/save.py" <<'PYTHON'
import hashlib
import re
import sys
import zipfile

import keras

policy = keras.DTypePolicy("float32")
keras.utils.set_random_seed(1)
layers = [keras.layers.Dense(2, dtype=policy, name=f"dense_{index}") for index in range(2)]
network = keras.Sequential([keras.Input((3,), name="inputs"), *layers], name="network")
network.save(sys.argv[1])
config = zipfile.ZipFile(sys.argv[1]).read("config.json").decode()
numbers = {}
renumbered = re.sub(
    r'("shared_object_id": )(\d+)',
    lambda found: found[1] + str(numbers.setdefault(found[2], len(numbers))),
    config,
)
print(*(hashlib.sha256(text.encode()).hexdigest() for text in (config, renumbered)))
PYTHON
for run in 1 2 3 4; do
  KERAS_BACKEND=numpy "$work/venv/bin/python" "$work/save.py" "$work/$run.keras"
done > "$work/hashes"
as_saved=$(cut -d' ' -f1 "$work/hashes" | sort -u | wc -l)
renumbered=$(cut -d' ' -f2 "$work/hashes" | sort -u | wc -l)
echo "4 processes: $as_saved different config.json as saved, $renumbered with ids renumbered"
[ "$as_saved" -gt 1 ] && [ "$renumbered" -eq 1 ]
