"""The customers' edges: one module a channel."""
