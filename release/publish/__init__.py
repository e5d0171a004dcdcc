"""Publishes what was released and verified: to GitHub, and a place to Roblox."""
