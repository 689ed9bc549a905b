"""Who is who in what was handed in: names, platforms, places, people, and the class."""
