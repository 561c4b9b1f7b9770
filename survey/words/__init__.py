"""The words people read for what the program computes, and the order of names."""
