"""Accounts, log-in, and the one place that decides who may see what."""
