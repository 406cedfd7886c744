"""Sources → features → neighbours → evaluate: how a model is made, and how good it is.

::

    sources      where films come from: the built-in catalogue, other people's files
    tmdb5000     the two files of the TMDB 5000 Movie Dataset
    csvfile      CSV whose every fault is told with file, line and column
    features     films as vectors: one L2-normalised TF-IDF for each kind of fact
    franchise    what makes two films siblings: a key for titles
    neighbours   each film's most similar films
    ratings      MovieLens files, as who likes what
    evaluate     figures: the model beside popularity and the classic system
    series       sixty series, listed by hand, to measure siblings on
    pipeline     build(): from a source to a model on disk

The only room that imports pandas, scipy and scikit-learn; only the command line and the notebooks see it.
"""
