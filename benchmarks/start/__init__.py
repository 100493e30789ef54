"""How long a newcomer waits for the product, and what it keeps of their machine's memory."""
