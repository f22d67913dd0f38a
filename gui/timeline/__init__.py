"""The timeline bar's drawing: the run, the Steps of an iteration, what is marked on them."""
