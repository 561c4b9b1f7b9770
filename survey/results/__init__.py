"""What a release says, as both desks show it: answers as bars, a school beside its district."""
