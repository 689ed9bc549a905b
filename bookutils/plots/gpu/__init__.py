"""The pictures of chapter 07."""
