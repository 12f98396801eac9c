"""What a customer means: which order, which items of it, which variant. Nothing is guessed: several that fit all come out."""
