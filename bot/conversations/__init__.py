"""The record of every conversation, and the turns that move it on."""
