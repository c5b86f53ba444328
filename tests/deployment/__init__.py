"""What is deployed: compose file, image, Prometheus, Grafana."""
