"""Clients and mechanisms, passed to whoever needs them: the doorbell, Rasa, Twilio, mail."""
