"""A synthetic district to walk through: schools, plans and answers, all invented, the same for the same seed."""
