"""Other people's solvers on our instances.

`environment.py` makes a Python environment of their own in the cache folder, `ask.py` puts a
question to one of them there, and `answer.py` is what runs at the other end, with one module for
each library. Nothing at the other end imports `optimizer`.
"""
