"""A classifier of sentences on top of an encoder: batches, evaluation, export."""
