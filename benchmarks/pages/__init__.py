"""What a page costs, beside the smallest honest Django page on the same servers."""
