"""Who is let in when many come: the server, and the doorman who says that it is busy."""
