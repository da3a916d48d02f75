"""A directory with a long past and a long queue, as the review desk meets it: `story` tells it, `pouring` writes it."""
