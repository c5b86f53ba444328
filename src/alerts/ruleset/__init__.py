"""Rule text to Rule."""
