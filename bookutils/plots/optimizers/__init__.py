"""The pictures of chapter 05."""
