"""The parts of the language pipeline that are Meridian's own, in the order in which config.yml names them."""

import warnings

# The lookups of vocabulary.yml go into the spaCy pipeline, which Rasa's check of the configuration cannot
# see: it asks for a RegexFeaturizer and DIET. That one warning is silenced, only where these parts run.
warnings.filterwarnings(
    "ignore", message="You have defined training data consisting of lookup tables", category=UserWarning
)
