"""Configuration, encoder, weights, batching, classifier, training."""
