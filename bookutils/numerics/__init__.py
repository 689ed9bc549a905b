"""Pure functions on arrays. NumPy only."""
