"""The pictures of chapter 09."""
