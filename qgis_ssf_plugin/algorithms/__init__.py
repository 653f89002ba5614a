"""One processing algorithm a file."""
