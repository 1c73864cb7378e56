"""The front: stands between clients and the mock, passes bytes on unchanged, and breaks connections when told to."""
