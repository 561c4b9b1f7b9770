"""What whoever runs the server does: begin, check, watch, back up, restore."""
