"""The pictures of chapter 10."""
