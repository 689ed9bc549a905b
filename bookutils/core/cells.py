"""The words for cells: the roles that a cell can have, and the functions by which it asks the course for something.

It imports nothing, since `import bookutils` reads it; so does what stands for `bookutils.feedback` in a sandbox.
"""

# What an author says that a cell is, by a tag.
SETUP, EXERCISE, ANSWER = "setup", "exercise", "answer-to-prediction"
ROLES = (SETUP, EXERCISE, ANSWER)
# What it is without one: code, text, and what the build adds. What a learner adds has no role in a notebook.
DEMONSTRATION, TEXT, COLAB, NAVIGATION, ADDED = "demonstration", "text", "colab", "navigation", "added"

CHECK, HINT, PREDICT, PROGRESS, RECALL, MADE_FOR = "check", "hint", "predict", "progress", "recall", "made_for"
# What learners and chapters call; `made_for` is called by the cell that the build adds.
ASKING = (CHECK, HINT, PREDICT, PROGRESS, RECALL)
FEEDBACK = (*ASKING, MADE_FOR)  # all that `import bookutils` offers
