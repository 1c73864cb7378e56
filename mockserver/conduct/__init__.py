"""What a client sends, judged by the page and by standards."""
