"""What each exercise asks and how an answer is judged: the judge, and one module a chapter."""
