"""The extractor on development sets that others have annotated. Their texts are never part of this repository."""
