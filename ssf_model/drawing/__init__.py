"""From traces in a strip to the pixels and windows that the network sees."""
