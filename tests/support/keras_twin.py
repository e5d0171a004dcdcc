"""What Keras' own layers answer with the weights of quantised layers."""

import numpy as np


def answers(quantized, images):
    """Return what the layers, one after the other, make of images of the first one's shape.

    A Sequential would trace every layer once more, which is most of the time that it takes.
    """
    # Loading Keras takes seconds, and only tests with expectations need it.
    from pipeline.keras_pinned import keras  # noqa: PLC0415
    from pipeline.networks import KERAS  # noqa: PLC0415

    flow = keras.ops.convert_to_tensor(images)
    for each in quantized:
        options = each.layer.options
        if each.weights is not None:
            options["activation"] = each.layer.activation
        twin = KERAS[each.layer.type](**options)
        twin.build(flow.shape)
        twin.set_weights(_arrays(each))
        flow = twin(flow)
    return flow.numpy()


def _arrays(quantized):
    if quantized.weights is None:
        return []
    kernel = quantized.weights.kernel
    if quantized.layer.type == "depthwise_conv2d":
        kernel = kernel[..., np.newaxis]
    return [kernel, quantized.weights.bias]
