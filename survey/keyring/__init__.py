"""The keys of the pages: made, marked, copied, rotated."""
