"""The words for cells: the functions by which a cell asks the course for something.

It imports nothing, since `import bookutils` reads it; so does what stands for `bookutils.feedback` in a sandbox.
"""

CHECK, HINT, PREDICT, PROGRESS, RECALL, MADE_FOR = "check", "hint", "predict", "progress", "recall", "made_for"
# What learners and chapters call; `made_for` is called by the cell that the build adds.
ASKING = (CHECK, HINT, PREDICT, PROGRESS, RECALL)
FEEDBACK = (*ASKING, MADE_FOR)  # all that `import bookutils` offers
