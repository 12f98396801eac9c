"""What a customer's words mean: the intent by sentence vectors, the entities by patterns and the shop's vocabulary."""
