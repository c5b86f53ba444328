"""The sentences that the classifier is learned from, and the program that learns it."""
