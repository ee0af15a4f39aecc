"""The control API under `/simulator`: what a test turns, breaks, counts, changes and compares with."""
