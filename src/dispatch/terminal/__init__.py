"""What people read on a terminal: one line for each thing that happened."""
