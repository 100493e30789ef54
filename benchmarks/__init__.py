"""What `bin/bench NAME` runs: each measures the product and, in the same run, the floor under it."""
