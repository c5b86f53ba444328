"""The nouns of the product. Values only: no input or output, no clock, no randomness."""
