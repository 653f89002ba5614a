"""From a trained network to an ONNX file with its card and its page."""
