"""Chapter 14: a small language model of characters."""
