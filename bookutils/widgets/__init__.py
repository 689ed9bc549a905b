"""Controls around a plot. Nothing is computed here."""
