"""The pictures of chapter 14."""
