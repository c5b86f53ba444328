"""Kafka: the only package that imports aiokafka, and the local broker of demo and tests."""
