"""Local twins of the services we send through, in a process of their own: a Twilio, and a mail server with its outbox.

They exist in development only. `serve(settings)` runs both until it is told to stop.
"""
