"""Each school's plan in its versions, and the burden it carries."""
