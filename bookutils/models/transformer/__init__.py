"""Chapter 10: an encoder's arrays, the same one in other people's code, and pre-training."""
