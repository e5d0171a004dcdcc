#!/usr/bin/env bash
# PyYAML 6.0.4: `.5` is a number, `-.5` and `+.5` are text.
#
# YAML 1.1 and 1.2 both take a sign before a fraction without a leading zero, and other parsers read
# three numbers. PyYAML's pattern for floats has no sign before the point, so a learning rate, a
# shift or an angle written as `-.5` becomes a string, in silence. `-0.5` is read as meant.
# Seen: [0.5, '-.5', '+.5', -0.5]
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pyyaml==6.0.4
seen=$("$work/venv/bin/python" -c 'import yaml; print(yaml.safe_load("[.5, -.5, +.5, -0.5]"))')
echo "$seen"
[ "$seen" = "[0.5, '-.5', '+.5', -0.5]" ]
