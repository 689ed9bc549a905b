"""What this machine has, what that means for the chapters, and what to do about it. Chapter 07 teaches it."""
