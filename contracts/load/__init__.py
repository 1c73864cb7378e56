"""A load: many callers at once, and a mix of requests whose answers can all be judged."""
