"""The rules: plain functions that take a session. No HTTP, no client, no environment; they never commit."""
