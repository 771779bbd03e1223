"""What `aduan check` looks at."""
