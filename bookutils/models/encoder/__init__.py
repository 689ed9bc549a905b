"""The BERT encoder: its configuration, its layers, its weights, and what a GPU adds."""
