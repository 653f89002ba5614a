"""The network: opening an ONNX file, its card, and answering without onnxruntime."""
