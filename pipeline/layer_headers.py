"""A quantised layer → its header in the model module: what Luau must know to run it."""

from pipeline import luau
from pipeline.layers import Conv2D, Dense, DepthwiseConv2D, Pool2D
from pipeline.weights import QuantizedLayer


def layer_header(quantized: QuantizedLayer) -> dict[str, luau.Value]:
    """Return a layer's type and options by Keras' names, without what Keras has by default.

    Shapes are left out: roblox/src/shared/nn/network.luau derives each from the last one.
    """
    layer = quantized.layer
    header: dict[str, luau.Value] = {"type": layer.type}
    if isinstance(layer, Dense):
        header["units"] = layer.units
    if isinstance(layer, Conv2D):
        header["filters"] = layer.filters
    if isinstance(layer, (Conv2D, DepthwiseConv2D)):
        header["kernelSize"] = layer.kernel_size
        if layer.strides != 1:
            header["strides"] = layer.strides
        if layer.padding != "valid":
            header["padding"] = layer.padding
    if isinstance(layer, Pool2D):
        header["poolSize"] = layer.pool_size
    if quantized.weights and isinstance(layer, (Dense, Conv2D, DepthwiseConv2D)):
        if layer.activation != "linear":
            header["activation"] = layer.activation
        header["format"] = quantized.weights.number_format
    return header
