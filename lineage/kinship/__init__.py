"""Kinship of two models: what their weights say of a common origin, and with which error rate."""
