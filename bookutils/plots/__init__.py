"""Data in, matplotlib Figure out, with its alt text. No widget, no global state."""
