"""The exported graphs of mvp-rerank on Ray: the same prompts, the same graphs, the same scores as in a browser."""
