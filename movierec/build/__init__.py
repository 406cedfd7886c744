"""Sources → features → neighbours → evaluate: how a model is made, and how good it is.

::

    sources         read_source(): the one place that knows which sources there are
    builtin         the catalogue in the package, films.jsonl
    tmdb5000        the two files of the TMDB 5000 Movie Dataset
    records         what every source hands on; records whose faults are told with line and column
    csvfile         text and CSV, encodings included
    features        films as vectors: one L2-normalised TF-IDF for each kind of fact
    franchise       what makes two films siblings: a key for titles
    ratings         MovieLens files, as who likes what
    collaborative   what people's likes say about films, and the plain blend with content
    more_like_this  the scores of the list under a film
    products        all products of sparse rows, fast where some columns are in many
    neighbours      each film's most similar films
    evidence        what a rating counts, likes or not
    edlae           which films go with which, learned from people and facts
    for_you         the tables that recommendations from several films are summed from
    baselines       what a model has to beat: popularity and the classic system
    metrics         nDCG@10 and its relatives, by the protocol
    held_out        the likes that are kept back, to be found again
    bootstrap       how far a figure may be off because these people were asked
    fingerprints    by which a model knows who trained it, who is not asked
    series          sixty series, listed by hand, to measure siblings on
    evaluate        evaluate(): the figures of a model beside those of the baselines
    report          the figures as tables and as plain values
    exploration     what the exploration notebooks share
    pipeline        build(): from a source to a model on disk
    progress        what a person sees meanwhile

The only room that imports pandas, scipy and scikit-learn; only the command line and the notebooks see it.
"""
