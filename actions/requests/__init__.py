"""Requests: whatever changes something or asks for a proof. A flow a file; `engine` takes them all through a turn."""
