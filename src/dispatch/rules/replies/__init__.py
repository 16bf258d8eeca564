"""What people write back: the words we know, what a text says, and what it does in its sender's position."""
