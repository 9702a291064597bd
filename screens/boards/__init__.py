"""Boards, threads and posts, and finding and keeping them."""
