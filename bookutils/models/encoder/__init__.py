"""The BERT encoder: its configuration, its layers, its weights."""
