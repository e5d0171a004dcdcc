"""What each part of a training recipe is worth: the network again, without it."""
