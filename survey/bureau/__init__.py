"""The bureau's desk: which schools overload families, what families need, and the summary to send upwards."""
