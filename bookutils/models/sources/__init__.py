"""Where encoders come from: by name, by a handle of TensorFlow Hub, from a folder."""
