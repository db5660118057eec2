"""The sentence encoder: text in, one vector of 384 numbers out, near for texts that mean the same.

Free of Rasa, and running on Python 3.10 and 3.12: the engine classifies with it, the application finds
similar questions with it. `build` makes its files once, `encoder` uses them.
"""
