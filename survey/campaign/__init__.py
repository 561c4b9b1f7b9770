"""One round of questionnaires in a district: whom it asks, how they come in, when it opens and closes."""
