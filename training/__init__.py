"""From experiments to a trained network in an ONNX file that `ssf_model` and QGIS can use."""
