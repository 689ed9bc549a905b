"""From chapters to notebooks: the rules that a chapter keeps, the steps that build it, the learner's own copies."""
