"""The way in: names and passwords, registration, the first visit, coming back after a dropped line."""
