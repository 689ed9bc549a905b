"""Encoders and decoders in Keras 3: weights, TensorFlow Hub, batches, training, export."""
