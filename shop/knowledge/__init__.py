"""The help articles: how they come in, how a question finds the passage that answers it, and whether that helped."""
