"""Reads Helm charts: where in templates and values a rendered line comes from."""
