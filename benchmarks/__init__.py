"""What the project claims about itself, runnable: the mutation harness and the speed ratios."""
