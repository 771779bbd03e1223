"""What a file is, by its bytes: programs, packages and documents that run something are refused."""
