"""The Ministry's notice, clause by clause: which school keeps what, by its plan and by what is reported. No pages."""
