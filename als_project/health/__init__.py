"""Whether the product is well: for load balancers, for monitoring, and for whoever is called at night."""
