"""A training run: its settings, its steps, its record, and how it is taken up again."""
