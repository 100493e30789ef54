"""The floor: what `startproject` gives, one indexed query, one template of thirty rows. No part of the product."""
