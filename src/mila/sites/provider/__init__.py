"""Provider: the helper's app on the phone: offers, visits step by step, earnings, the own profile.

A helper sees only what is his: another's offer or visit is not there (404). Nothing of the customer shows before
accepting but postcode and town. Reading never changes a row; the exclusive minutes begin with a POST of the open app.
"""
