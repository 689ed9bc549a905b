"""Data sets: source, checksum, shape, split."""
