"""The pictures of chapter 02."""
