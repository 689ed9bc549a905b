"""What logs show: causes of a GPU that is not used and of programs that do not start, and what to do."""
