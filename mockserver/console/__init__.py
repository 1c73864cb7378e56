"""The console: pages under /_mock/ for people, who see there what the mock was asked, and change what it answers."""
