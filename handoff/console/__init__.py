"""The agents' edge: sign-in, queue view, and what an agent does with a conversation."""
