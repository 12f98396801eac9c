"""The demo shop's side of the gateway, in development only: its staff, its page, and the sign-in a real shop would have."""
