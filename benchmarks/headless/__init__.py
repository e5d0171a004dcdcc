"""A stand-in for Roblox that plays and draws a built place in Lune."""
