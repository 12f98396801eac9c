"""The action server: what the bot does and looks up, one thin file a topic over `shop`."""
