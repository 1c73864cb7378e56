"""What the mock is sent by broken clients and by attackers: a corpus, and a fuzzer that changes it."""
