"""What an instructor gets: tables for other programs, a page for each learner, and one page for the class."""
