"""The machinery behind `./run`: environment, database server, process tree, checks, catalogs.

It runs the rooms and knows none of them; no room knows it. One module a verb (`up`, `test`, `check`, `manage`,
`messages`, `backup`, `restore`, `doctor`, `bench`), the rest is what they share.
"""
