"""The questions as data: what is asked of whom, in every language, and how an answer is checked. No pages."""
