"""The district's roster: which schools there are, and how many pupils and teachers each grade has."""
