"""How the four stores are reached, opened, read and written, and what shape they have."""
