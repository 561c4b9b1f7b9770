"""«One person, one policy»: requests for help by name. A store and a key of its own; it never meets an answer."""
