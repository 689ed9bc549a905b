"""What each exercise asks, and which mistakes are known: a module or a folder a chapter."""
