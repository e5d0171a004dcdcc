#!/usr/bin/env bash
# Rojo 7.7.1: some JSON numbers of 16 or more digits end up one unit in the last place off.
#
# In a JSON module or a `.model.json`, a share such as 10000/10992 becomes its neighbour, so that a
# place and what was written beside it disagree in the last digit. TOML and YAML modules keep it.
# So do JSON numbers of up to 15 digits: round what need not be longer.
# Seen: json: 0.9097525473071324 0.909753
#       toml: 0.9097525473071325 0.909753
#       yaml: 0.9097525473071325 0.909753
#       value: 0.9097525473071324 (the Value of a NumberValue)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo install --quiet --locked --root "$work" --target-dir "$work/target" rojo@7.7.1
long=0.9097525473071325
short=0.909753
mkdir "$work/src"
cd "$work"
echo '{"name": "numbers", "tree": {"$className": "DataModel", "ReplicatedStorage": {"$path": "src"}}}' \
  > default.project.json
echo "[$long, $short]" > src/json.json
echo "values = [$long, $short]" > src/toml.toml
echo "[$long, $short]" > src/yaml.yaml
echo "{\"className\": \"NumberValue\", \"properties\": {\"Value\": $long}}" > src/value.model.json
bin/rojo build --output place.rbxlx
numbers() { # of the instance with this name
  sed -n "/<string name=\"Name\">$1</,/<\/Item>/p" place.rbxlx | grep -o '0\.[0-9]*' | paste -sd' ' -
}
bin/rojo --version
for name in json toml yaml value; do echo "$name: $(numbers $name)"; done
[ "$(numbers json)" = "0.9097525473071324 $short" ]
[ "$(numbers value)" = 0.9097525473071324 ]
[ "$(numbers toml)" = "$long $short" ]
[ "$(numbers yaml)" = "$long $short" ]
