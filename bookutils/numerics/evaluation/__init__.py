"""The functions on arrays of chapter 12."""
