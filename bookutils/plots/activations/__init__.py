"""The pictures of chapter 01."""
