"""A classifier of sentences on top of an encoder: batches, fine-tuning, evaluation, export."""
