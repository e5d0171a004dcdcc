"""What Keras' own layers answer with the weights of quantised layers."""

import numpy as np

NAMES = {
    "dense": "Dense",
    "conv2d": "Conv2D",
    "depthwise_conv2d": "DepthwiseConv2D",
    "max_pool2d": "MaxPooling2D",
    "average_pool2d": "AveragePooling2D",
    "global_average_pool2d": "GlobalAveragePooling2D",
    "flatten": "Flatten",
}
OPTIONS = {"units", "filters", "kernel_size", "strides", "padding", "activation", "pool_size"}


def answers(quantized, images):
    """Return what the layers, one after the other, make of images of the first one's shape.

    A Sequential would trace every layer once more, which is most of the time that it takes.
    """
    import keras  # noqa: PLC0415 - takes seconds, and only tests with expectations need it

    flow = keras.ops.convert_to_tensor(images)
    for layer in quantized:
        given = layer.layer.model_dump()
        options = {key: value for key, value in given.items() if key in OPTIONS}
        twin = getattr(keras.layers, NAMES[layer.layer.type])(**options)
        twin.build(flow.shape)
        twin.set_weights(_arrays(layer))
        flow = twin(flow)
    return flow.numpy()


def _arrays(quantized):
    if quantized.weights is None:
        return []
    kernel = quantized.weights.kernel
    if quantized.layer.type == "depthwise_conv2d":
        kernel = kernel[..., np.newaxis]
    return [kernel, quantized.weights.bias]
