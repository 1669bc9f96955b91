"""Renderers: results as text for people, as JSON and annotations for programs. They decide nothing."""
