"""The installed kit: its two commands and its pytest plugin.

This is the only package that the wheel adds to an environment. The packages `openapi`, `mockserver` and `contracts` have
names that other projects use too. So the wheel keeps them in the folder `enrol_kit/packages`, where the imports of other
programs do not look.
"""
