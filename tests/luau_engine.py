"""Random networks, as numpy computes them and as the Luau engine of a built place does."""

import json
import subprocess
from pathlib import Path

import numpy as np

from pipeline import export
from pipeline.quantize import quantize
from pipeline.schema import Architecture, Dense

SCRIPT = Path(__file__).parent / "luau" / "answer.luau"
PROVENANCE = {"dataset": "synthetic", "source": "0" * 64, "uncertain_below": 0.5}


class Engine:
    """A Lune process that answers one network and its images at a time."""

    def __init__(self, lune, built_place):
        self._process = subprocess.Popen(
            [lune, "run", SCRIPT, built_place],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def close(self):
        self._process.communicate()

    def ask(self, module, images):
        request = {"module": module, "images": np.asarray(images).tolist()}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def outputs(self, network, images):
        reply = self.ask(network.module(), images)
        assert "answers" in reply, reply
        return np.array(reply["answers"])


class Network:
    """Random weights in a number format; the units of each layer and its activation."""

    def __init__(self, inputs, layers, number_format="float32", seed=0):
        rng = np.random.default_rng(seed)
        self.layers = tuple(
            Dense(type="dense", units=units, activation=activation) for units, activation in layers
        )
        self.quantized = []
        for layer in self.layers:
            kernel = rng.normal(0, 2 / np.sqrt(inputs), (inputs, layer.units)).astype(np.float32)
            bias = rng.normal(0, 0.5, layer.units).astype(np.float32)
            self.quantized.append(quantize(kernel, bias, number_format, "dense"))
            inputs = layer.units

    def module(self, name="random"):
        return export.model_module(self._architecture(name), self.quantized, **PROVENANCE)

    def write(self, folder, name, images, probabilities):
        export.write(
            folder,
            self._architecture(name),
            self.quantized,
            images=images,
            probabilities=probabilities,
            **PROVENANCE,
        )

    def _architecture(self, name):
        return Architecture.model_construct(name=name, layers=self.layers)

    def expected(self, images):
        flow = np.asarray(images, dtype=np.float64)
        for layer, quantized in zip(self.layers, self.quantized, strict=True):
            sums = flow @ quantized.kernel.astype(np.float64) + quantized.bias
            flow = activate(layer.activation, sums)
        return flow


def activate(name, sums):
    if name == "relu":
        return np.maximum(sums, 0)
    if name == "tanh":
        return np.tanh(sums)
    if name == "sigmoid":
        return 1 / (1 + np.exp(-sums))
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
