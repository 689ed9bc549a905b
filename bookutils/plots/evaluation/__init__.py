"""The pictures of chapter 12."""
