"""`make bench`: what a page costs, as ratios within one run; never a timed test."""
