"""The text layer: YAML read with exact places, and edited without touching anything else.

Text comes in as bytes (:mod:`.text`), is cut into documents (:mod:`.streams`), parsed
(:mod:`.nodes`) by Kubernetes' own scalar rules (:mod:`.scalars`) and changed by verbs
(:mod:`.verbs`, :mod:`.reshaping`) that return edits or a refusal.
"""
