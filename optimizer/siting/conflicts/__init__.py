"""Why there is no plan: an irreducible set of rules, and the smallest change of each that helps.

A `Rule` knows how a problem reads without it and, if it states an amount, with another one. A
`Proof` is a programme that is infeasible only if the whole model is. `search` divides and conquers
over the rules (QuickXplain, Junker 2004, AAAI-04), and then loosens each guilty rule alone: the
amount becomes the right-hand side of a slack that the programme minimises; where it is no
right-hand side, whole amounts are halved until one unit decides.
"""
