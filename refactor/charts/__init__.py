"""Charts: rendered with every set of values, read as manifests are, and changed where they are written."""
