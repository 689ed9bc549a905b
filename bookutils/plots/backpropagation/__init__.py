"""The pictures of chapter 03."""
