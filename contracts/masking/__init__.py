"""Secrets and personal data are taken out here before anything is shown or written."""
