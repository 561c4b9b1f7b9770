"""From answers to eyes, the only door: tabulate, protect, freeze."""
