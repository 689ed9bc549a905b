"""The pictures of chapter 08."""
