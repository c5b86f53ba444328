"""Kafka records."""
