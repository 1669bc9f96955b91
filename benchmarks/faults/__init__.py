"""Ways to break one scalar of a healthy application, all other text kept byte for byte."""
