"""The simulator: the real rules on a real database, with made-up customers and agents and a clock that jumps."""
