"""Routing: who takes a waiting conversation, when, in which order, and why. Rules like those beside it: no HTTP, no clients."""
