"""The hotline: an officer phones. Who that may be, what they hear, what their keys mean."""
