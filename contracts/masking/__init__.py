"""Mask secrets and personal data before anything is shown or written."""
