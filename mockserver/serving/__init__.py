"""Serving: what stands between the network and the mock, each as a layer around an ASGI application."""
