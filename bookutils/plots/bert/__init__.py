"""The pictures of chapter 11."""
