"""The sentence encoder: words in, a vector of meaning out. Used by the bot (intents) and by the shop (articles)."""
