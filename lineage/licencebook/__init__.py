"""Pages of the knowledge base: what a licence asks, what a derivative breaks, what a text is."""
