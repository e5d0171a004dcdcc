"""A quantised layer → its header in the model module: what Luau must know to run it."""

from __future__ import annotations

from pipeline import luau
from pipeline.layers import Conv2D, Dense, DepthwiseConv2D, Pool2D, Shape
from pipeline.quantize import QuantizedLayer


def layer_header(quantized: QuantizedLayer) -> dict[str, luau.Value]:
    """Return a layer's type, shapes and options, by the names that roblox/src/shared/nn reads."""
    layer = quantized.layer
    header: dict[str, luau.Value] = {"type": layer.type}
    if isinstance(layer, Dense):
        header |= {"inputs": quantized.input_shape[0], "outputs": quantized.output_shape[0]}
    else:
        header["input"] = _extent(quantized.input_shape)
    if isinstance(layer, (Conv2D, DepthwiseConv2D, Pool2D)):
        header["output"] = _extent(quantized.output_shape)
    if isinstance(layer, (Conv2D, DepthwiseConv2D)):
        top, left = (
            _padding_before(layer, *extents)
            for extents in zip(quantized.input_shape[:2], quantized.output_shape[:2], strict=True)
        )
        header |= {
            "kernelSize": layer.kernel_size,
            "strides": layer.strides,
            "padding": {"top": top, "left": left},
        }
    if isinstance(layer, Pool2D):
        header["poolSize"] = layer.pool_size
    if quantized.weights and isinstance(layer, (Dense, Conv2D, DepthwiseConv2D)):
        header["activation"] = layer.activation
        header["numberFormat"] = quantized.weights.number_format
    return header


def _extent(shape: Shape) -> dict[str, luau.Value]:
    return dict(zip(("rows", "columns", "channels"), shape, strict=True))


def _padding_before(layer: Conv2D | DepthwiseConv2D, extent: int, outputs: int) -> int:
    """Return the zeros before the first row or column: TensorFlow puts an odd one at the end."""
    if layer.padding == "valid":
        return 0
    return max((outputs - 1) * layer.strides + layer.kernel_size - extent, 0) // 2
