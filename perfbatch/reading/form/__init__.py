"""One sheet → the forms on it, every field found by its label, with its cell."""
