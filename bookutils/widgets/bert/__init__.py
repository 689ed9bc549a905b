"""What chapter 11 has to play with."""
