"""Many callers whom nobody has listed, who press nothing and hang up."""
