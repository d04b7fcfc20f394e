"""What the trainer scripts beside this package share.

The scripts import it by its plain name, `_handover`, and so does it itself. Like them it imports
nothing of ours, so that it runs wherever the libraries are. `base.py` tells the contract.
"""
