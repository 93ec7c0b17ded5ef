"""What is answered, by story."""
